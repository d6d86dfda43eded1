// A receiver of POSTs on loopback: takes down what comes and answers as it is told.
#pragma once

#include <algorithm>
#include <cctype>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "support/raw_server.hpp"

namespace tenantscope {

struct Received {
  std::string request;                         // "POST /path HTTP/1.1"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  // "" where there is none.
  std::string header(const std::string& name) const {
    return headers.contains(name) ? headers.at(name) : "";
  }
};

class Receiver {
 public:
  enum class Ending { keep, close, reset, hang };  // how the connection goes on after an answer

  static constexpr const char* taken = "HTTP/1.1 204 No Content\r\n\r\n";
  static std::string status(const std::string& status_and_headers, const std::string& body = "") {
    return "HTTP/1.1 " + status_and_headers + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

  explicit Receiver(std::string answer = taken, Ending ending = Ending::keep,
                    const std::optional<Certificate>& certificate = {})
      : answer_(std::move(answer)),
        ending_(ending),
        server_([this](RawConnection& connection) { play(connection); }, certificate) {}

  std::string url() const { return server_.url(); }
  std::string address() const { return server_.address(); }
  int connections() const { return server_.connections(); }

  // From the next request on.
  void answer_with(std::string answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }

  std::vector<Received> received() const {
    const std::lock_guard lock(mutex_);
    return received_;
  }

 private:
  static Received read(const std::string& head, std::string body) {
    Received received{
        .request = head.substr(0, head.find('\r')), .headers = {}, .body = std::move(body)};
    std::istringstream lines(head);
    std::string line;
    for (std::getline(lines, line); std::getline(lines, line) && line != "\r";) {
      const auto colon = line.find(": ");
      std::string name = line.substr(0, colon);
      std::ranges::transform(name, name.begin(),
                             [](unsigned char c) { return char(std::tolower(c)); });
      received.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
    }
    return received;
  }

  void play(RawConnection& connection) {
    while (const auto head = connection.read_head()) {
      Received request = read(*head, connection.read_body(*head));
      std::string answer;
      {
        const std::lock_guard lock(mutex_);
        received_.push_back(std::move(request));
        answer = answer_;
      }
      connection.send(answer);
      if (ending_ == Ending::reset)
        connection.reset();
      if (ending_ == Ending::hang)
        connection.wait_for_end();
      if (ending_ != Ending::keep)
        return;
    }
  }

  mutable std::mutex mutex_;
  std::string answer_;              // guarded by mutex_
  std::vector<Received> received_;  // guarded by mutex_
  const Ending ending_;
  RawServer server_;
};

}  // namespace tenantscope
