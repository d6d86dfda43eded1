// What spoilt or malicious documents come to: nothing but an error.
#include <gtest/gtest.h>

#include <random>

#include <fmt/format.h>

#include "domain/discovery_reading.hpp"
#include "support/hostile_text.hpp"

namespace tenantscope {
namespace {

using namespace documents;

TEST(HostileDocument, DuplicatesOfReadKeysAreRefused) {
  for (const std::string key : read_keys) {
    const std::string escaped = "\\u00" +
                                std::string(key[0] == 'i'   ? "69"
                                            : key[0] == 'm' ? "6D"
                                                            : "74") +
                                key.substr(1);
    for (const std::string& spelling : {key, escaped})
      for (const char* second :
           {R"("https://login.microsoftonline.com/x")", R"("NA")", "null", "1", "{}"}) {
        expect_error(read(gcc_high_document(contoso).add(spelling, second).text()),
                     ErrorKind::bad_document, spelling + " " + second);
        const auto parsed =
            parse_discovery(fmt::format(R"({{"{}":null,"{}":null}})", spelling, key));
        ASSERT_FALSE(parsed) << spelling;
        EXPECT_EQ(parsed.error().kind, ErrorKind::bad_document) << spelling;
      }
  }
}

TEST(HostileDocument, WrongTypesOfReadKeysAreRefused) {
  for (const char* key : read_keys)
    for (const char* value : {"1", "-1", "18446744073709551615", "1.5", "1e999", "true", "false",
                              "{}", "[]", R"(["USG"])", R"({"a":"USG"})", R"([[["USG"]]])"})
      expect_error(read(gcc_high_document(contoso).set(key, value).text()), ErrorKind::bad_document,
                   std::string(key) + " " + value);
}

TEST(HostileDocument, AnythingButOneJsonObjectIsRefused) {
  const std::string good = tenant_document(global_hosts, contoso, R"("NA")").text();
  const auto with = [](std::string_view value) {
    return tenant_document(global_hosts, contoso, R"("NA")").add("x", std::string(value)).text();
  };
  struct Case {
    const char* name;
    std::string body;
    ErrorKind kind;
  };
  const Case cases[] = {
      {"an array", "[" + good + "]", ErrorKind::bad_document},
      {"a string", R"("issuer")", ErrorKind::bad_document},
      {"a number", "1", ErrorKind::bad_document},
      {"null", "null", ErrorKind::bad_document},
      {"nested 10,000 deep", std::string(10'000, '['), ErrorKind::not_json},
      {"nested and closed", with(std::string(10'000, '[') + std::string(10'000, ']')),
       ErrorKind::not_json},
      {"objects, 10,000 deep",
       [&] {
         std::string deep;
         for (int i = 0; i < 10'000; ++i)
           deep += R"({"issuer":)";
         return with(deep + "1" + std::string(10'000, '}'));
       }(),
       ErrorKind::not_json},
      {"a byte order mark", "\xEF\xBB\xBF" + good, ErrorKind::not_json},
      {"trailing garbage", good + "x", ErrorKind::not_json},
      {"a second document", good + good, ErrorKind::not_json},
      {"a second document after a blank", good + "\n" + good, ErrorKind::not_json},
      {"a NUL at the end", good + '\0', ErrorKind::not_json},
      {"a comment", "/**/" + good, ErrorKind::not_json},
      {"a trailing comma", "{\"a\":1,}", ErrorKind::not_json},
      {"a leading comma", "{,\"a\":1}", ErrorKind::not_json},
      {"single quotes", "{'a':1}", ErrorKind::not_json},
      {"no value", "{\"a\":}", ErrorKind::not_json},
      {"NaN", with("NaN"), ErrorKind::not_json},
      {"Infinity", with("Infinity"), ErrorKind::not_json},
      {"a leading zero", with("01"), ErrorKind::not_json},
      {"half a literal", with("tru"), ErrorKind::not_json},
      {"invalid UTF-8 in a value", with("\"\xFF\""), ErrorKind::not_json},
      {"a lone continuation byte", with("\"\x80\""), ErrorKind::not_json},
      {"an overlong slash", with("\"\xC0\xAF\""), ErrorKind::not_json},
      {"a surrogate in UTF-8", with("\"\xED\xA0\x80\""), ErrorKind::not_json},
      {"a code point too large", with("\"\xF4\x90\x80\x80\""), ErrorKind::not_json},
      {"a cut UTF-8 sequence", with("\"\xE2\x82\""), ErrorKind::not_json},
      {"invalid UTF-8 in the scope", tenant_document(global_hosts, contoso, "\"N\xFF\"").text(),
       ErrorKind::not_json},
      {"invalid UTF-8 in a key", "{\"\xFF\":1}", ErrorKind::not_json},
      {"a lone surrogate escape", with(R"("\ud800")"), ErrorKind::not_json},
      {"surrogates the wrong way round", with(R"("\udc00\ud800")"), ErrorKind::not_json},
      {"an unknown escape", with(R"("\x41")"), ErrorKind::not_json},
      {"a raw line break in a string", with("\"a\nb\""), ErrorKind::not_json},
      {"a raw NUL in a string", with(std::string_view("\"a\0b\"", 5)), ErrorKind::not_json},
      {"UTF-16", std::string("{\0\"\0}\0", 6), ErrorKind::not_json},
  };
  for (const Case& c : cases)
    expect_error(read(c.body), c.kind, c.name);
}

TEST(HostileDocument, HugeValuesAreRefusedWhereTheyAreRead) {
  const std::string huge(200'000, 'x');
  for (const char* key : read_keys)
    expect_error(read(gcc_high_document(contoso).set(key, json_string(huge)).text()),
                 ErrorKind::bad_document, key);
  for (const char* key : {"tenant_region_scope", "tenant_region_sub_scope"}) {
    EXPECT_TRUE(read(gcc_high_document(contoso).set(key, json_string(std::string(64, 'X'))).text()))
        << key;
    expect_error(
        read(gcc_high_document(contoso).set(key, json_string(std::string(65, 'X'))).text()),
        ErrorKind::bad_document, key);
  }
  EXPECT_TRUE(read(gcc_high_document(contoso)
                       .add("x", json_string(huge))
                       .add(huge, "[" + json_string(huge) + "]")
                       .text()));
}

// Anywhere in it, as the character itself or escaped: nothing is trimmed before it is looked at.
TEST(HostileDocument, AScopeThatIsNotVisibleIsRefused) {
  const auto refused = [](const char* key, const std::string& scope, const std::string& what) {
    expect_error(read(gcc_high_document(contoso).set(key, json_string(scope)).text()),
                 ErrorKind::bad_document, what);
  };
  for (const char* key : {"tenant_region_scope", "tenant_region_sub_scope"}) {
    for (char32_t code = 0; code <= 0xffff; ++code) {
      if (!is_hostile(code))
        continue;
      const std::string escaped = fmt::format("\\u{:04x}", unsigned(code));
      for (const std::string& scope : {escaped, "USGov" + escaped, escaped + "USGov",
                                       "US" + escaped + "Gov", "  " + escaped + "  "})
        refused(key, scope, scope);
      if (code >= 0x20)
        refused(key, "USGov" + encoded(code), escaped);
    }
    for (const char32_t code : {0x110bd, 0x1d173, 0xe0001, 0xe0041, 0xe007f})
      refused(key, "USGov" + encoded(code), std::to_string(code));
    refused(key, "\\udb40\\udc41USGov", "a pair");
    for (const char* good : {"USGov", "\u00dcSGov", "\u6771\u4eac", "\U0001f600", " USGov "})
      EXPECT_TRUE(read(gcc_high_document(contoso).set(key, json_string(good)).text())) << good;
  }
}

TEST(HostileDocument, HugeNumbersElsewhereDontMatter) {
  for (const char* value :
       {"1e999", "-1e999", "1e-999", "123456789012345678901234567890", "0.1e+308"})
    EXPECT_TRUE(read(gcc_high_document(contoso).add("x", value).text())) << value;
}

TEST(HostileDocument, CutAtAnyByteItIsNoDocument) {
  for (const Document& document : {gcc_high_document(contoso), usg_document(contoso),
                                   tenant_document(china_hosts, contoso, "null", Form::v1)}) {
    const std::string whole = document.text();
    ASSERT_TRUE(read(whole));
    for (std::size_t length = 0; length < whole.size(); ++length)
      expect_error(read(whole.substr(0, length)), ErrorKind::not_json, whole.substr(0, length));
  }
  const std::string error = error_body("invalid_tenant", 90002);
  for (std::size_t length = 0; length < error.size(); ++length)
    expect_error(read(error.substr(0, length), 400), ErrorKind::http_status,
                 error.substr(0, length));
}

// Spoils up to eight bytes of `text`: overwrites, inserts or removes one, swaps two, or cuts the
// rest off.
std::string mutated(std::string text, std::mt19937_64& random) {
  constexpr std::string_view telling("\"\\{}[]:,/ue0-9.\xFF\0", 17);
  const auto some_byte = [&] {
    return random() % 2 ? telling[random() % telling.size()] : char(random() % 256);
  };
  for (auto times = 1 + random() % 8; times > 0 && !text.empty(); --times) {
    const std::size_t at = random() % text.size();
    switch (random() % 16) {
      case 0:
        text.resize(at);
        break;
      case 1:
      case 2:
      case 3:
        text.erase(at, 1);
        break;
      case 4:
      case 5:
      case 6:
        text.insert(at, 1, some_byte());
        break;
      case 7:
        std::swap(text[at], text[random() % text.size()]);
        break;
      default:
        text[at] = some_byte();
    }
  }
  return text;
}

// Another tenant's GUID stands in the document, but not where a tenant is named.
TEST(HostileDocument, MutationsNeverCrashAndNeverShowAnotherTenant) {
  std::mt19937_64 random(90002);
  const std::string decoy =
      json_string("https://login.microsoftonline.com/" + std::string(fabrikam) + "/v2.0");
  int found = 0, refused = 0;
  for (Document document :
       {gcc_high_document(contoso), usg_document(contoso), gcc_document(contoso),
        tenant_document(china_hosts, contoso, R"("AS")")}) {
    const std::string whole = document.set("jwks_uri", decoy)
                                  .set("mtls_endpoint_aliases", R"({"issuer":)" + decoy + "}")
                                  .text();
    ASSERT_TRUE(read(whole));
    for (int i = 0; i < 20'000; ++i) {
      const std::string body = mutated(whole, random);
      const auto finding = read(body);
      if (!finding) {
        ++refused;
        ASSERT_TRUE(finding.error().kind == ErrorKind::not_json ||
                    finding.error().kind == ErrorKind::bad_document)
            << body;
        continue;
      }
      ++found;
      ASSERT_TRUE(finding->found) << body;
      const std::string shown = to_string(finding->tenant_id);
      ASSERT_NE(shown, fabrikam) << body;
      ASSERT_TRUE(shown == contoso || normalized(body).find("/" + shown) != std::string::npos)
          << shown << " stands nowhere in " << body;
      ASSERT_TRUE(finding->cloud.empty() || find_cloud(builtin_clouds(), finding->cloud)) << body;
    }
  }
  EXPECT_GT(found, 1000);
  EXPECT_GT(refused, 1000);
}

// "Not found" is said by the whole word only: a spoilt error body is a failure, never another
// answer.
TEST(HostileDocument, MutatedErrorsAreNotFoundOrAFailure) {
  std::mt19937_64 random(90022);
  const std::string whole = error_body("invalid_tenant", 90002);
  int not_found = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string body = mutated(whole, random);
    const auto finding = read(body, 400);
    if (!finding)
      continue;
    ++not_found;
    ASSERT_FALSE(finding->found) << body;
    ASSERT_NE(body.find("\"invalid_tenant\""), std::string::npos) << body;
  }
  EXPECT_GT(not_found, 100);
}

TEST(HostileDocument, RandomBytesAreNotJson) {
  std::mt19937_64 random(4627);
  for (int i = 0; i < 5'000; ++i) {
    std::string body(random() % 300, '\0');
    for (char& c : body)
      c = char(random());
    expect_error(read(body), ErrorKind::not_json, body);
  }
}

}  // namespace
}  // namespace tenantscope
