#include "formats/chain_link.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/digest.hpp"
#include "formats/json_members.hpp"

namespace tenantscope {
namespace {

namespace json = boost::json;

constexpr std::string_view rewound_type = "tenantscope.ledger.rewound.v1";
constexpr std::size_t hash_length = 64, sequence_length = 20;

std::optional<std::uint64_t> number_in(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [read, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && read == end ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string to_string(const ChainHead& head) {
  return fmt::format("{}:{}", head.sequence, head.hash);
}

std::optional<ChainHead> parse_chain_head(std::string_view text) {
  const auto colon = std::min(text.find(':'), text.size());
  const auto sequence = number_in(text.substr(0, colon));
  const std::string_view hash = text.substr(std::min(colon + 1, text.size()));
  if (!sequence || hash.size() != hash_length ||
      hash.find_first_not_of("0123456789abcdef") != hash.npos)
    return std::nullopt;
  return ChainHead{.sequence = *sequence, .hash = std::string(hash)};
}

Result<json::object> parse_event(std::string_view text) {
  boost::system::error_code broken;
  json::value value = json::parse(text, broken);
  if (broken)
    return Error{ErrorKind::not_json, "it isn't JSON: " + broken.message()};
  if (!value.is_object())
    return Error{ErrorKind::bad_document, "it isn't a JSON object"};
  json::object& event = value.as_object();
  const std::string_view digits = text_at(event, "sequence");
  if (digits.size() != sequence_length || !number_in(digits))
    return Error{ErrorKind::bad_document, "it has no `sequence` of 20 digits"};
  return std::move(event);
}

ChainLink chain_link(const json::object& event, std::string_view text) {
  return {.head = {.sequence = *number_in(text_at(event, "sequence")), .hash = sha256_hex(text)},
          .previous = std::string(text_at(event, "previoushash")),
          .rewound = text_at(event, "type") == rewound_type,
          .rewound_to = number_at(object_at(event, "data"), "rewound_to")};
}

}  // namespace tenantscope
