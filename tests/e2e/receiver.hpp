// A webhook's receiver in the test's process: it takes every post, unless the test says otherwise,
// and keeps what it answered, in order. On any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "support/raw_server.hpp"

namespace tenantscope::e2e {

struct Post {
  std::string path;                            // "/hook"
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int status = 0;  // what it was answered

  std::string header(const std::string& name) const;
  std::string id() const { return header("webhook-id"); }
};

class Receiver {
 public:
  Receiver() = default;
  ~Receiver();

  std::string url(const std::string& path = "/") const { return server_.url() + path; }

  // How every post is answered from now on.
  void answer(int status, std::string body = "");
  void hold() { answer(0); }  // not at all, until answer()
  bool holds() const;         // a post at present
  // How long it needs to take a post, which it drops if the sender has gone away meanwhile; as long
  // again before it answers.
  void take(std::chrono::milliseconds time);

  // Those that were answered, without the first `after` of them.
  std::vector<Post> posts(std::size_t after = 0) const;

 private:
  void serve(RawConnection& connection);
  // The answer; "": this ends here.
  std::string answered(const RawConnection& connection, Post post);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int status_ = 200;  // guarded by mutex_, as are all below
  std::string body_;
  int held_ = 0;
  std::chrono::milliseconds time_{0};
  bool closing_ = false;
  std::vector<Post> posts_;
  RawServer server_{[this](RawConnection& connection) { serve(connection); }};
};

}  // namespace tenantscope::e2e
