#include "web/access/audit_log.hpp"

#include "base/text/mailboxes.hpp"
#include "base/text/visible.hpp"
#include "web/access/login_failures.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view logger = "audit";
constexpr std::string_view others = "others";
constexpr std::size_t longest_value = 200;

std::string peer_shown(const WebRequest& request) {
  if (request.control)
    return "control";
  return request.peer.empty() ? "unix" : request.peer;
}

void add_who(std::vector<LogField>& fields, const WebRequest& request) {
  if (!request.user.empty())
    fields.emplace_back("user", request.user);
  if (!request.certificate.empty())
    fields.emplace_back("certificate", visible_line(request.certificate, longest_value));
  fields.emplace_back("peer", peer_shown(request));
  if (request.user_id)
    fields.emplace_back("uid", *request.user_id);
}

std::string_view outcome_of(unsigned status) { return status == 200 ? "done" : "failed"; }

}  // namespace

std::string_view to_string(LoginResult result) {
  if (result == LoginResult::success)
    return "success";
  return result == LoginResult::failure ? "failure" : "locked";
}

AuditLog::AuditLog(const Log& log, CountLogin count)
    : log_(log.of_all_levels()), count_(std::move(count)) {}

void AuditLog::login(LoginResult result, const WebRequest& request, const std::string& user,
                     SteadyTime now) {
  if (count_)
    count_(result);
  if (result != LoginResult::success)
    gather(Kind::login, request, user, result == LoginResult::locked, now);
}

void AuditLog::refused(const std::string& operation, const WebRequest& request, SteadyTime now) {
  gather(Kind::operation, request, operation, false, now);
}

void AuditLog::done(const std::string& operation, const WebRequest& request,
                    const std::vector<std::string_view>& parameters, unsigned status) {
  std::vector<LogField> fields{{"logger", logger}, {"operation", operation}};
  for (const std::string_view name : parameters)
    if (const auto value = request.parameter(name))
      fields.emplace_back(name, visible_line(without_mailboxes(*value), longest_value));
  add_who(fields, request);
  fields.emplace_back("outcome", outcome_of(status));
  fields.emplace_back("status", status);
  log_.write(LogLevel::info, "operation", fields);
}

void AuditLog::done_by_signal(const std::string& operation, bool successful) {
  log_.info("operation", {{"logger", logger},
                          {"operation", operation},
                          {"signal", "SIGHUP"},
                          {"outcome", successful ? "done" : "failed"}});
}

void AuditLog::gather(Kind kind, const WebRequest& request, const std::string& what, bool locked,
                      SteadyTime now) {
  const std::lock_guard lock(mutex_);
  Key key{kind, network_of(request.sender())};
  if (!tallies_.contains(key) && tallies_.size() >= most_addresses)
    key.second = others;
  Tally& tally = tallies_[key];
  if (key.second != others)
    tally.user_id = request.user_id;
  if (tally.peer.empty())
    tally.peer = key.second == others ? std::string(others) : peer_shown(request);
  if (!what.empty())
    tally.what = what;
  ++(locked ? tally.locked : tally.refused);
  if (now >= tally.next_line) {
    tell(kind, tally);
    tally.next_line = now + interval;
  }
}

void AuditLog::tell(Kind kind, Tally& tally) const {
  std::vector<LogField> fields{{"logger", logger}, {"peer", tally.peer}};
  if (tally.user_id)
    fields.emplace_back("uid", *tally.user_id);
  if (!tally.what.empty())
    fields.emplace_back(kind == Kind::login ? "user" : "operation", tally.what);
  fields.emplace_back(kind == Kind::login ? "failed" : "count", tally.refused);
  if (kind == Kind::login)
    fields.emplace_back("locked", tally.locked);
  log_.write(LogLevel::warn, kind == Kind::login ? "login refused" : "operation refused", fields);
  tally.refused = tally.locked = 0;
  tally.what.clear();
}

void AuditLog::sweep(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  for (auto next = tallies_.begin(); next != tallies_.end();) {
    const auto entry = next++;
    Tally& tally = entry->second;
    if (now < tally.next_line)
      continue;
    if (tally.refused + tally.locked == 0) {
      tallies_.erase(entry);
      continue;
    }
    tell(entry->first.first, tally);
    tally.next_line = now == SteadyTime::max() ? now : now + interval;
  }
}

}  // namespace tenantscope
