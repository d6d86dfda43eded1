// Answers about 25 names and nine pairs, byte for byte as somebody has read them: golden/ has who
// is asked about (scenario.yaml, names.csv, pairs.csv), and an answer a file, named by its command
// and its form. With TENANTSCOPE_GOLDEN=write the tests write those files anew.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <regex>

#include <fmt/format.h>

#include "e2e/rehearsal.hpp"

namespace tenantscope::e2e {
namespace {

const std::filesystem::path golden = TENANTSCOPE_SOURCE "/tests/e2e/golden";

// Without the time of an answer, and what libcurl says of a connection, which has the time that
// it took and is worded by its version.
std::string timeless(const std::string& text) {
  const std::string without =
      std::regex_replace(text, std::regex(R"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"), "TIME");
  return std::regex_replace(without, std::regex(R"(after \d+ ms: [^"\n]*)"), "after N ms");
}

// Each answer of an array on a line of its own, so that differences of it can be read.
std::string line_by_line(const std::string& text) {
  return std::regex_replace(text, std::regex(R"re(\},(\{"(tenant|host)":))re"), "},\n$1");
}

// Where two texts differ first; empty where they don't.
std::string difference(const std::string& was, const std::string& is) {
  if (was == is)
    return {};
  const auto [old, now] = std::ranges::mismatch(was, is);
  const auto place = std::size_t(old - was.begin());
  const auto line = std::count(was.begin(), old, '\n') + 1;
  const auto shown = [place](const std::string& text) {
    const auto before = place == 0 ? text.npos : text.rfind('\n', place - 1);
    const std::size_t begin = before == text.npos ? 0 : before + 1;
    const std::size_t from = place > begin + 60 ? place - 60 : begin;
    return fmt::format("{}{}", from == begin ? "" : "...",
                       text.substr(from, std::min(text.find('\n', place), place + 100) - from));
  };
  return fmt::format("line {}:\n  was {}\n  is  {}", line, shown(was), shown(is));
}

class GoldenAnswers : public testing::Test {
 protected:
  GoldenAnswers() {
    write_file(config,
               configuration(authority.url(), "  closed: {authority: \"http://127.0.0.1:1\"}\n"));
  }

  // `flags`: beside the command's name, the list being standard input.
  Finished ask(const std::string& command, std::vector<std::string> flags) {
    const std::string list = command == "lookup" ? "names.csv" : "pairs.csv";
    flags.insert(flags.begin(), {command, "--config.file=" + config.string(), "--from=-"});
    return run(tenantscope_command(std::move(flags)), read_file(golden / list));
  }
  std::string listed(const std::string& command, const std::string& output) {
    std::vector<std::string> flags{"--output=" + output};
    if (output == "yaml")
      flags.insert(flags.end(), {"--labels=country,owner", "--keep-not-found"});
    const Finished finished = ask(command, std::move(flags));
    EXPECT_EQ(finished.exit_code, 1) << "somebody couldn't be asked";
    return timeless(output == "json" ? line_by_line(finished.out) : finished.out);
  }

  // What each of the list is answered alone, in the list's order.
  std::string one_by_one(const std::string& command) {
    const json::value answers = json::parse(listed(command, "json"));
    std::string text;
    for (const json::value& answer : answers.as_array()) {
      std::vector<std::string> question{command, "--config.file=" + config.string()};
      if (command == "lookup")
        question.push_back(text_at(answer, "/tenant") + "@" + text_at(answer, "/asked"));
      else
        question.insert(question.end(), {text_at(answer, "/host"), text_at(answer, "/guest")});
      text += (text.empty() ? "" : "\n") + run_tenantscope(std::move(question)).out;
    }
    return timeless(text);
  }

  // What an independent reader finds in the answers.
  Finished read_by_others(const std::string& command) {
    for (const std::string output : {"json", "csv", "markdown"})
      write_file(folder.path() / fmt::format("{}.{}", command, output), listed(command, output));
    return run_python("read_answers.py", {folder.path().string(), command});
  }

  Simulator authority{read_file(golden / "scenario.yaml")};
  TemporaryFolder folder;
  std::filesystem::path config = folder.path() / "tenantscope.yaml";
};

struct Form {
  const char* command;
  const char* output;  // or `each`, an answer each; or `findings`, what is wrong in the list
};

void PrintTo(const Form& form, std::ostream* out) { *out << form.command << " " << form.output; }

class GoldenForm : public GoldenAnswers, public testing::WithParamInterface<Form> {
 protected:
  std::string answer() {
    const auto [command, output] = GetParam();
    if (output == std::string_view("each"))
      return one_by_one(command);
    if (output == std::string_view("findings"))
      return ask(command, {}).err;
    return listed(command, output);
  }
};

TEST_P(GoldenForm, IsAsSomebodyHasReadIt) {
  const auto file = golden / fmt::format("{}.{}", GetParam().command, GetParam().output);
  const char* const wish = std::getenv("TENANTSCOPE_GOLDEN");
  if (wish && wish == std::string_view("write"))
    return write_file(file, answer());
  const std::string differs = difference(read_file(file), answer());
  EXPECT_TRUE(differs.empty()) << file << ", " << differs
                               << "\nTENANTSCOPE_GOLDEN=write writes it anew";
}

INSTANTIATE_TEST_SUITE_P(
    Answers, GoldenForm,
    testing::Values(Form{"lookup", "text"}, Form{"lookup", "json"}, Form{"lookup", "markdown"},
                    Form{"lookup", "csv"}, Form{"lookup", "yaml"}, Form{"lookup", "each"},
                    Form{"lookup", "findings"}, Form{"explain", "text"}, Form{"explain", "json"},
                    Form{"explain", "markdown"}, Form{"explain", "csv"}, Form{"explain", "each"},
                    Form{"explain", "findings"}),
    [](const auto& form) { return fmt::format("{}_{}", form.param.command, form.param.output); });

// How many answers there are, and which characters would have begun a formula.
TEST_F(GoldenAnswers, OfLookupAreReadByOthersAsTheyAreMeant) {
  const Finished read = read_by_others("lookup");
  EXPECT_EQ(read.out, "25 +-=@\n") << read.err;
}

TEST_F(GoldenAnswers, OfExplainAreReadByOthersAsTheyAreMeant) {
  const Finished read = read_by_others("explain");
  EXPECT_EQ(read.out, "9 =\n") << read.err;
}

}  // namespace
}  // namespace tenantscope::e2e
