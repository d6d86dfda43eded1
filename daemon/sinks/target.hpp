// The target of a sink over HTTP: a URL of the configuration, or a file with a URL that is a
// secret. The file is read at each delivery.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tenantscope {

struct Target {
  std::string url;             // empty: it is in `file`
  std::filesystem::path file;  // empty: it is `url`
};

// Where to post now, and how a log may say so.
struct Address {
  std::string url;
  std::string shown;    // "https://host:port", or "the receiver in FILE"
  bool secret = false;  // neither the URL nor what a receiver tells of it is shown
};

// Error (io): the file can't be read, or has no URL.
Result<Address> address_of(const Target& target);

// What an answer or an error said, as far as it can be shown of this receiver.
std::string_view shown_of(const Address& address, std::string_view said);

}  // namespace tenantscope
