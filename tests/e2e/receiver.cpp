#include "e2e/receiver.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

namespace tenantscope::e2e {
namespace {

// "POST /path HTTP/1.1", then "Name: value" a line.
Post read_lines(const std::string& head) {
  Post post;
  std::istringstream lines(head);
  std::string method;
  lines >> method >> post.path;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && line != "\r") {
    const auto colon = line.find(": ");
    if (colon == std::string::npos)
      continue;
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    post.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
  }
  return post;
}

}  // namespace

std::string Post::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

Receiver::~Receiver() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  changed_.notify_all();
}

void Receiver::answer(int status, std::string body) {
  const std::lock_guard lock(mutex_);
  status_ = status;
  body_ = std::move(body);
  changed_.notify_all();
}

bool Receiver::holds() const {
  const std::lock_guard lock(mutex_);
  return held_ > 0;
}

void Receiver::take(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  time_ = time;
}

std::vector<Post> Receiver::posts(std::size_t after) const {
  const std::lock_guard lock(mutex_);
  return {posts_.begin() + std::ptrdiff_t(std::min(after, posts_.size())), posts_.end()};
}

void Receiver::serve(RawConnection& connection) {
  while (const auto head = connection.read_head()) {
    Post post = read_lines(*head);
    post.body = connection.read_body(*head);
    if (post.header("content-length") != std::to_string(post.body.size()))
      return;  // the sender died within it
    const std::string answer = answered(connection, std::move(post));
    if (answer.empty() || !connection.send(answer))
      return;
  }
}

std::string Receiver::answered(const RawConnection& connection, Post post) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time_, [this] { return closing_; });
  ++held_;
  changed_.wait(lock, [this] { return status_ != 0 || closing_; });
  --held_;
  if (closing_ || connection.gone())
    return "";
  post.status = status_;
  std::string answer =
      fmt::format("HTTP/1.1 {} So\r\nContent-Length: {}\r\n\r\n{}", status_, body_.size(), body_);
  posts_.push_back(std::move(post));
  changed_.wait_for(lock, time_, [this] { return closing_; });
  return answer;
}

}  // namespace tenantscope::e2e
