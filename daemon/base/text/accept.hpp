// What a client accepts, from its Accept and Accept-Encoding headers (RFC 9110, 12.4 and 12.5).
// Pure. An element that can't be read is passed over; several headers of one name count as one with
// commas.
#pragma once

#include <string_view>

namespace tenantscope {

struct MediaType {
  std::string_view type;     // "text/plain"
  std::string_view version;  // what its `version=` would be
};

// How much `offered` is wanted.
struct Acceptance {
  double quality = 0;  // 0: not at all
  bool named = false;  // by its own name, not by a wildcard's
};

// By the range that fits it best. No header, or a list without an element, accepts everything.
Acceptance acceptance(std::string_view accept, const MediaType& offered);

enum class ContentCoding { none, gzip };

// `required`: the body as it is isn't accepted, so it is coded however small it is.
struct CodingChoice {
  ContentCoding coding = ContentCoding::none;
  bool required = false;
};

// No header, or one that accepts nothing we have: none.
CodingChoice choose_coding(std::string_view accept_encoding);

}  // namespace tenantscope
