#include "formats/probe_report.hpp"

#include <fmt/format.h>

#include "base/text/plain_text.hpp"
#include "domain/capability.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_line = 1000;

class Report {
 public:
  void line(std::string_view name, std::string_view value) {
    text_ += fmt::format("  {:<12}{}\n", name, plain_text(value, longest_line));
  }
  void phase(std::string_view name, RequestTrace::Seconds at) {
    line(name, at.count() > 0 ? fmt::format("{:.6f} s", at.count()) : "-");
  }
  std::string& text() { return text_; }

 private:
  std::string text_;
};

}  // namespace

std::string probe_report(const Watch& seen, const Evidence& evidence, const RequestTrace& trace,
                         RuleSet rules) {
  Report report;
  report.text() =
      fmt::format("{} (asked in {})\n", seen.settings->key.name, seen.settings->key.asked);
  report.line("request", "GET " + evidence.url);
  if (seen.status.failure)
    report.line("failure",
                fmt::format("{}: {}", to_string(*seen.status.failure), seen.status.failure_detail));
  if (evidence.status != 0) {
    report.line("status", std::to_string(evidence.status));
    report.line("connection", trace.kept_connection ? "kept alive from before" : "new");
    report.phase("dns", trace.dns);
    report.phase("connect", trace.connect);
    report.phase("tls", trace.tls);
    report.phase("first byte", trace.first_byte);
    report.phase("total", trace.total);
    for (const std::string& header : trace.headers)
      report.line("header", header);
    report.line("body", fmt::format("{} bytes, sha256 {}", evidence.body_bytes, evidence.sha256));
  }
  const auto confirmed = seen.state.confirmed();
  const Verdict verdict = judge(confirmed ? &*confirmed : nullptr, rules);
  report.line("B2B", to_string(verdict.state));
  report.line("meaning", verdict.explanation);
  report.line("rule", fmt::format("{} of {}", verdict.rule, to_string(verdict.rules)));
  report.line("source", verdict.source);
  return std::move(report.text());
}

}  // namespace tenantscope
