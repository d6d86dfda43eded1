#include "app/api/coding.hpp"

#include "io/gzip.hpp"
#include "view/accept.hpp"
#include "view/exposition.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t least_bytes = 1024;

bool negotiated(const WebResponse& response) {
  return response.content_type == content_type(ExpositionFormat::text) ||
         response.content_type == content_type(ExpositionFormat::openmetrics);
}

}  // namespace

WebResponse coded(WebResponse response, std::string_view accept_encoding) {
  response.headers.emplace_back("Vary", negotiated(response) ? "Accept, Accept-Encoding" : "Accept-Encoding");
  const CodingChoice choice = choose_coding(accept_encoding);
  if (choice.coding == ContentCoding::none || response.body.empty() || (response.body.size() < least_bytes && !choice.required))
    return response;
  response.body = gzip(response.body);
  response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace tenantscope
