#include "storage/postgres/pg_resolve.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "storage/postgres/session/pg_failure.hpp"
#include "storage/postgres/session/pg_options.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t most_unfinished = 8;

// One that can't be ended while the resolver is at it, and stays where it is until then.
class Lookup {
 public:
  explicit Lookup(std::string name) : name_(std::move(name)) {
    hints_.ai_socktype = SOCK_STREAM;
    hints_.ai_flags = AI_ADDRCONFIG;
    request_.ar_name = name_.c_str();
    request_.ar_request = &hints_;
    gaicb* const requests[]{&request_};
    begun_ = ::getaddrinfo_a(GAI_NOWAIT, const_cast<gaicb**>(requests), 1, nullptr) == 0;
  }
  ~Lookup() {
    if (request_.ar_result)
      ::freeaddrinfo(request_.ar_result);
  }
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  bool finished() { return !begun_ || ::gai_error(&request_) != EAI_INPROGRESS; }
  void await(SteadyTime deadline) {
    const gaicb* const requests[]{&request_};
    for (auto now = std::chrono::steady_clock::now(); !finished() && now < deadline;
         now = std::chrono::steady_clock::now()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - now).count();
      const timespec patience{.tv_sec = left / 1000, .tv_nsec = left % 1000 * 1'000'000};
      (void)::gai_suspend(requests, 1, &patience);
    }
    if (!finished())
      (void)::gai_cancel(&request_);
  }
  // REQUIRES: it is finished.
  int error() { return begun_ ? ::gai_error(&request_) : EAI_AGAIN; }
  std::vector<std::string> addresses() const {
    std::vector<std::string> found;
    for (const addrinfo* one = request_.ar_result; one; one = one->ai_next) {
      char text[NI_MAXHOST];
      if (::getnameinfo(one->ai_addr, one->ai_addrlen, text, sizeof text, nullptr, 0,
                        NI_NUMERICHOST) == 0)
        found.emplace_back(text);
    }
    return found;
  }

 private:
  std::string name_;
  addrinfo hints_{};
  gaicb request_{};
  bool begun_ = false;
};

// Those that nobody waits for any more.
class Unfinished {
 public:
  bool full() {
    const std::lock_guard lock(mutex_);
    lookups_.remove_if([](const auto& lookup) { return lookup->finished(); });
    return lookups_.size() >= most_unfinished;
  }
  void take(std::unique_ptr<Lookup> lookup) {
    const std::lock_guard lock(mutex_);
    lookups_.push_back(std::move(lookup));
  }

 private:
  std::mutex mutex_;
  std::list<std::unique_ptr<Lookup>> lookups_;  // guarded by mutex_
};

Unfinished& unfinished() {
  static Unfinished* const all = new Unfinished;  // the resolver's threads may outlive main()
  return *all;
}

bool is_address(const std::string& name) {
  in6_addr parsed;
  return ::inet_pton(AF_INET, name.c_str(), &parsed) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), &parsed) == 1;
}

}  // namespace

std::vector<std::string> pg_resolve(const PgHost& host, SteadyTime deadline) {
  if (is_unix_socket(host))
    return {};
  if (is_address(host.name))
    return {host.name};
  if (unfinished().full())
    throw PgFailure(fmt::format("{}: the resolver doesn't answer", host.name));
  auto lookup = std::make_unique<Lookup>(host.name);
  lookup->await(deadline);
  if (!lookup->finished()) {
    unfinished().take(std::move(lookup));
    throw PgFailure(fmt::format("{}: the resolver doesn't answer in time", host.name));
  }
  if (const int error = lookup->error(); error != 0)
    throw PgFailure(fmt::format("{}: {}", host.name, ::gai_strerror(error)));
  return lookup->addresses();
}

}  // namespace tenantscope
