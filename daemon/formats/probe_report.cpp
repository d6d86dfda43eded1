#include "formats/probe_report.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text/plain_text.hpp"
#include "base/text/url.hpp"
#include "base/text/visible.hpp"
#include "domain/capability.hpp"
#include "domain/finding.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_line = 1000;
constexpr std::size_t longest_body = 500;

// Headers whose values open doors: an authority's cookies, and what we send somewhere, should one
// send it back.
constexpr std::array secret_headers{
    "set-cookie",          "set-cookie2",         "cookie",           "authorization",
    "proxy-authorization", "authentication-info", "webhook-signature"};

// `header` is "Name: value".
std::string without_secrets(const std::string& header) {
  const auto colon = std::min(header.find(':'), header.size());
  const std::string written = header.substr(0, colon), value = header.substr(colon);
  const std::string name = normalized(written);
  if (std::ranges::find(secret_headers, name) != secret_headers.end())
    return written + ": <redacted>";
  if (name != "location" || value.find_first_of("?#@") == std::string::npos)
    return header;
  return fmt::format("{}: {} <redacted>", written, redirect_target(value.substr(1)));
}

class Report {
 public:
  void line(std::string_view name, std::string_view value) {
    text_ += fmt::format("  {:<12}{}\n", name, plain_text(value, longest_line));
  }
  void body(std::optional<std::string_view> body) {
    text_ += fmt::format("  {:<12}{}\n", "begins with",
                         body ? visible_line(*body, longest_body)
                              : "(not shown: that wants the control socket, a login or "
                                "--web.enable-probe)");
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
                         RuleSet rules, std::optional<std::string_view> body) {
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
      report.line("header", without_secrets(header));
    report.line("body", fmt::format("{} bytes, sha256 {}", evidence.body_bytes, evidence.sha256));
    if (evidence.body_bytes > 0)
      report.body(body);
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
