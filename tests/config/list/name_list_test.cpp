// Lists as people have them: what is asked of each, and what is said.
#include "config/list/name_list.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/bytes.hpp"

namespace tenantscope {
namespace {

std::string names_of(const NameList& list) {
  std::string text;
  for (const ListedName& one : list.names)
    text += (text.empty() ? "" : " ") + one.reference.shown();
  return text;
}

std::string findings_of(const NameList& list) {
  std::string text;
  for (const ListFinding& one : list.findings)
    text += fmt::format("{}:{}\n", one.line, one.text);
  return text;
}

Result<NameList> read(const std::string& bytes, const ColumnChoice& choice = {}) {
  return read_name_list(bytes, choice, builtin_clouds());
}

struct Case {
  const char* what;
  std::string text, names;
  std::string findings = "";
  ColumnChoice choice = {};
};

void check(const Case& row) {
  SCOPED_TRACE(row.what);
  const Result<NameList> list = read(row.text, row.choice);
  ASSERT_TRUE(list) << list.error().detail;
  EXPECT_EQ(names_of(*list), row.names);
  EXPECT_EQ(findings_of(*list), row.findings);
}

constexpr const char* customer = "66666666-7777-8888-9999-000000000000";
constexpr const char* three =
    "contoso.example fabrikam.example xn--bcher-kva.example contoso.example";

const std::string partners =
    "Firma;Domain;Ansprechpartner;Land\r\nContoso GmbH;contoso.example;anna@contoso.example;DE\r\n"
    "Fabrikam SARL;fabrikam.example;b.c@fabrikam.example;FR\r\nB\u00fccher AG;b\u00fccher.example;"
    "x@b\u00fccher.example;CH\r\n\r\nContoso GmbH;contoso.example;anna@contoso.example;DE\r\n";

std::string with(std::string text, char from, const std::string& to) {
  std::string changed;
  for (const char c : text)
    changed += c == from ? to : std::string{c};
  return changed;
}

std::string utf16(std::string_view latin, bool big) {
  std::string bytes = big ? "\xFE\xFF" : "\xFF\xFE";
  for (std::size_t i = 0; i < latin.size(); ++i) {
    const bool umlaut = latin[i] == '\xC3';  // U+00FC alone is written here
    const char low = umlaut ? '\xFC' : latin[i];
    i += umlaut;
    bytes += big ? std::string{'\0', low} : std::string{low, '\0'};
  }
  return bytes;
}

TEST(NameList, IsReadFromTheShapesThatPeopleHave) {
  check({"semicolons, a mark and CRLF", "\xEF\xBB\xBF" + partners, three});
  check({"tabs", with(partners, ';', "\t"), three});
  check({"sep=", "sep=;\r\n" + partners, three});
  check({"sep= of a separator that nobody expects", "\"sep=|\"\r\n" + with(partners, ';', "|"),
         three});
  check({"UTF-16, little end first", utf16(with(partners, ';', "\t"), false), three});
  check({"UTF-16, big end first", utf16(partners, true), three});
  check({"CR alone", with(partners, '\n', ""), three});
  check({"Latin-1",
         "Firma;Domain\r\nContoso;contoso.example\r\nB\xFC"
         "cher;b\xFC"
         "cher.example\r\nK\xF6hler;k\xF6hler.example\r\nM\xFCller;mueller.example\r\n",
         "contoso.example mueller.example",
         "3:a name that isn't UTF-8: save the list as UTF-8 (and so in 1 more)\n"});
  check({"e-mail addresses",
         "Name,Email\nContoso GmbH,anna@contoso.example\nB\u00fccher AG,"
         "x@b\u00fccher.example\n",
         "contoso.example xn--bcher-kva.example"});
  check({"bare e-mail addresses", "anna@contoso.example\nb.c@fabrikam.example\n",
         "contoso.example fabrikam.example"});
  check({"guests of Entra ID",
         "userPrincipalName,displayName,mail,userType\n"
         "anna_contoso.example#EXT#@me.onmicrosoft.example,Anna,anna@contoso.example,Guest\n"
         "b_fabrikam.example#EXT#@me.onmicrosoft.example,B,b@fabrikam.example,Guest\n",
         "contoso.example fabrikam.example"});
  check({"one line", "a.example,b.example,c.example\n", "a.example b.example c.example"});
  check({"URLs, dots and letter case",
         "https://www.contoso.example/\nfabrikam.example.\nCONTOSO.EXAMPLE\n# a comment\n\n",
         "www.contoso.example fabrikam.example contoso.example"});
  check({"contracts of MSOnline",
         fmt::format("Name,TenantId,DefaultDomainName\nContoso Ltd,{},"
                     "contoso.example\n",
                     customer),
         customer});
  check({"customers of Partner Center",
         fmt::format("Microsoft ID,Company name,Primary domain name\n{},Contoso Ltd,"
                     "contoso.example\n",
                     customer),
         customer});
  check(
      {"contracts of Entra ID",
       fmt::format("\"Id\",\"ContractType\",\"CustomerId\",\"DefaultDomainName\",\"DisplayName\"\n"
                   "\"11111111-2222-3333-4444-555555555555\",\"ResellerPartner\",\"{}\","
                   "\"contoso.example\",\"Contoso Ltd\"\n",
                   customer),
       customer});
  check({"line breaks in quotes",
         "domain,note\n\"contoso.example\",\"two\nlines, with a comma\"\n\"fabrikam.example\","
         "\"says \"\"hi\"\"\"\n",
         "contoso.example fabrikam.example"});
  check({"two columns without a header", "Contoso,contoso.example\nFabrikam,fabrikam.example\n",
         "contoso.example fabrikam.example"});
}

TEST(NameList, FindsTheColumnByWhatIsInIt) {
  check({"below a header that nobody knows", "Kunde;Seite\nContoso;contoso.example\nB;b.example\n",
         "contoso.example b.example"});
  check({"a known header without a name below it",
         "Name;Website\nContoso Ltd;https://contoso.example/\n", "contoso.example"});
  check({"the known one that has names", "mail,userPrincipalName\n,anna@contoso.example\n",
         "contoso.example"});
  check({"a number column", "#;Domain\n1;a.example\n2;b.example\n", "a.example b.example"});
  check({"a separator in a display name", "Name, Vorname;Domain\nContoso, Ltd;contoso.example\n",
         "contoso.example"});
  check({"addresses with the other separator in a cell",
         "Domain,Mails\nb.example,\"a@x.example;c@y.example\"\n", "b.example"});
  check({"the first column", "a.example,EU\n b.example ,NA,x\n", "a.example b.example"});
  check({"lines of several", "a.example, b.example\nc.example\n", "a.example b.example c.example"});
  check({"separators at the end", "a.example;\nb.example;\n;;\n", "a.example b.example"});
  check({"a row of names with one that is none", "a.example,common,c.example",
         "a.example c.example",
         "1:`common` can't be a tenant: a pseudo tenant, which stands for no single tenant\n"});
  check({"a hash in a table", "Firma,Domain\n#1 Shop,a.example\n# old ones\nB,b.example # gone\n",
         "a.example b.example"});
  check({"a hash in a table without a header",
         "Suite #4,a.example\n#2,b.example\n# c,c.example\nD,d.example # gone\n",
         "a.example b.example d.example"});
  check({"by its name", "Seite;Alt\na.example;b.example\n", "b.example", "", {.name = " alt "}});
  check({"by its number",
         "a.example;b.example\nc.example;d.example\n",
         "b.example d.example",
         "",
         {.name = "2"}});
  check({"a number, and a header",
         "Seite;Alt\na.example;b.example\n",
         "b.example",
         "",
         {.name = "2"}});
  check({"blanks that nobody sees", "Domain\n\u00a0a.example\u00a0\nb.example\u200b\n",
         "a.example b.example"});
  check({"a header alone", "Domain;Land\n", ""});
  check({"nothing", "", ""});
}

TEST(NameList, AsksOnceWhichColumnItIs) {
  const std::string id = "11111111-2222-3333-4444-555555555555";
  const std::pair<std::string, std::string> table[] = {
      {"Kunde;Ort\nContoso;Bonn\n", "with one of `Kunde`, `Ort`"},
      {"Seite;Alt\na.example;b.example\n", "with one of `Seite`, `Alt`"},
      {"a.example;b.example\nc.example;d.example\n", "with one of 1, 2"},
      {"Id;Firma\n" + id + ";Contoso\n", "with one of `Id`, `Firma`"},
      {"Id\n" + id + "\n", "whose GUIDs these are"},
      {"anna@a;anna@b\nx;y\n", "with one of 1, 2"},
  };
  for (const auto& [text, said] : table) {
    const Result<NameList> list = read(text);
    ASSERT_FALSE(list) << text;
    EXPECT_NE(list.error().detail.find(said), std::string::npos) << list.error().detail;
    EXPECT_EQ(list.error().detail.find("anna"), std::string::npos) << list.error().detail;
    EXPECT_NE(list.error().detail.find("--column="), std::string::npos);
  }
  EXPECT_EQ(read("Domain;Land\na.example;DE\n", {.name = "Kunde"}).error().detail,
            "no column is named `Kunde`: write --column= with one of `Domain`, `Land`");
  EXPECT_EQ(read("Domain;Land\na.example;DE\n", {.labels = {"Ort"}}).error().detail,
            "no column is named `Ort`: write --labels= with one of `Domain`, `Land`");
  EXPECT_FALSE(read("a.example\n", {.labels = {"Ort"}}));
  EXPECT_FALSE(read(std::string("PK\x03\x04")));
}

TEST(NameList, HasOneFindingACause) {
  std::string text = "Domain\n";
  for (int i = 0; i < 1000; ++i)
    text += fmt::format("Contoso Ltd {}\nlocal{}@mars\n\"\"x\n", i, i);
  check({"many rows", text, "",
         "2:`Contoso Ltd 0` can't be a tenant: there is a space in it (and so in 999 more)\n"
         "3:what is before `@mars` can't be a tenant: neither a GUID nor a domain with a dot in it "
         "(and so in 999 more)\n"
         "4:text after the closing quote (and so in 999 more)\n"});
  check({"rows without a name", "Domain;Land\n;DE\na.example;FR\n;IT\n", "a.example",
         "2:there is no name (and so in 1 more)\n"});
  check({"clouds", "a.example@usgvo\nb.example@usgvo\nc.example@usgov\n", "c.example@usgov",
         "1:unknown cloud `usgvo`, did you mean `usgov`? (and so in 1 more)\n"});
  check({"guests by their principal names",
         "userPrincipalName\na_b.example#EXT#@me.example\nanna@c.example\n", "c.example",
         "2:a guest's user principal name (#EXT#) can't be a tenant: its domain is the host's; the "
         "guest's e-mail address has the guest's\n"});
  std::string clouds;
  for (int i = 0; i < 100; ++i)
    clouds += fmt::format("a.example@cloud-{}-of-nobody\n", i);
  const Result<NameList> many = read(clouds);
  ASSERT_EQ(many->findings.size(), 21);
  EXPECT_EQ(many->findings.back().text, "and 80 more from here on");
  EXPECT_EQ(many->findings.back().line, 21);
}

TEST(NameList, CarriesColumnsAsLabels) {
  const Result<NameList> list = read("Domain;Land;Primary Owner\na.example;DE;Anna\nb.example\n",
                                     {.labels = {"primary_owner", "land"}});
  ASSERT_TRUE(list) << list.error().detail;
  EXPECT_EQ(list->names.at(0).labels, (std::vector<std::string>{"Anna", "DE"}));
  EXPECT_EQ(list->names.at(1).labels, (std::vector<std::string>{"", ""}));
}

TEST(NameList, IsBounded) {
  std::string text;
  for (std::size_t i = 0; i <= most_listed_names + 5; ++i)
    text += "a.example\n";
  const Result<NameList> list = read(text);
  EXPECT_EQ(list->names.size(), most_listed_names);
  EXPECT_EQ(findings_of(*list), "200001:over 200000 names: split the list\n");
  for (const std::string piece :
       {",", "a,", "x.example,", "\"a\n\"\n", ";;;\n", "@", "://@", "#EXT"}) {
    std::string large;
    while (large.size() < 256 * kib)
      large += piece;
    (void)read(large);
  }
}

}  // namespace
}  // namespace tenantscope
