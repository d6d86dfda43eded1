// What an answer says that is no document, for people who look for what is wrong. Pure; safe on
// hostile input.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "domain/discovery.hpp"

namespace tenantscope {

inline constexpr std::size_t failure_detail_limit = 200;  // bytes

// ": " and where a redirect leads, or `error` and the first of `error_codes` of the JSON of an
// error, such as "invalid_request AADSTS90013", or a page's Content-Type and title, such as
// "text/html: Access Denied"; "" where there is none of these.
std::string said_in(const Answer& answer);

// Why `answer` is no JSON: the error's detail, or the page that it is.
std::string instead_of_json(const Answer& answer, const Error& error);

// The error with a detail that can be shown anywhere: one visible line of failure_detail_limit
// bytes at most.
Error bounded(Error error);

}  // namespace tenantscope
