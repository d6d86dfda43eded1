#include "base/text/encoding.hpp"

#include <array>
#include <optional>
#include <string_view>

#include "base/text/ascii.hpp"

namespace tenantscope {
namespace {

using std::literals::operator""sv;

struct Format {
  std::string_view beginning;  // in lower case
  std::string_view name;
};

constexpr std::array binary_formats{
    Format{"pk\x03\x04"sv, "an Excel workbook or another ZIP archive: save it as CSV (UTF-8)"},
    Format{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv,
           "an Excel workbook of the old kind (.xls): save it as CSV (UTF-8)"},
    Format{"%pdf-"sv, "a PDF document: a list is text"},
    Format{"\x1F\x8B"sv, "compressed by gzip: unpack it first"},
    Format{"\xFF\xFE\0\0"sv, "UTF-32: save it as UTF-8"},
    Format{"\0\0\xFE\xFF"sv, "UTF-32: save it as UTF-8"},
};
constexpr std::array text_formats{
    Format{"<!doctype html"sv, "an HTML page, such as a sign-in page in place of a list"},
    Format{"<html"sv, "an HTML page, such as a sign-in page in place of a list"},
    Format{"<head"sv, "an HTML page, such as a sign-in page in place of a list"},
    Format{"<body"sv, "an HTML page, such as a sign-in page in place of a list"},
    Format{"<table"sv, "an HTML table, which Excel may call a workbook: save it as CSV (UTF-8)"},
    Format{"<?xml"sv, "XML: save it as CSV (UTF-8)"},
    Format{"{\\rtf"sv, "a document in rich text (RTF): save it as plain text"},
};

template <std::size_t size>
std::optional<Error> refuse(const std::array<Format, size>& formats, std::string_view bytes) {
  for (const Format& format : formats)
    if (equal_ignoring_case(bytes.substr(0, format.beginning.size()), format.beginning))
      return Error{ErrorKind::other, std::string(format.name)};
  return std::nullopt;
}

enum class Order { none, little, big };

// By the mark, else by where the zeros of ASCII are.
Order utf16_order(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE"))
    return Order::little;
  if (bytes.starts_with("\xFE\xFF"))
    return Order::big;
  if (bytes.size() < 4 || (bytes[0] == 0) == (bytes[1] == 0))
    return Order::none;
  if (bytes[1] == 0 && bytes[3] == 0)
    return Order::little;
  return bytes[0] == 0 && bytes[2] == 0 ? Order::big : Order::none;
}

void append_utf8(std::string& out, char32_t code) {
  const auto tail = [&](int shift) { out += char(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) {
    out += char(code);
  } else if (code < 0x800) {
    out += char(0xc0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += char(0xe0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    out += char(0xf0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

// Half a pair, and half a unit at the end, are U+FFFD.
std::string from_utf16(std::string_view bytes, Order order) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return order == Order::little ? char32_t(first | second << 8) : char32_t(first << 8 | second);
  };
  constexpr char32_t replacement = 0xfffd;
  std::string text;
  text.reserve(bytes.size() / 2);
  std::size_t at = 0;
  while (at + 1 < bytes.size()) {
    char32_t code = unit(at);
    at += 2;
    if (code == 0xfeff && at == 2)
      continue;
    if (code >= 0xd800 && code < 0xdc00 && at + 1 < bytes.size() && unit(at) >> 10 == 0x37) {
      code = 0x10000 + ((code - 0xd800) << 10) + (unit(at) - 0xdc00);
      at += 2;
    } else if (code >= 0xd800 && code < 0xe000) {
      code = replacement;
    }
    append_utf8(text, code);
  }
  if (at < bytes.size())
    append_utf8(text, replacement);
  return text;
}

}  // namespace

Result<std::string> decode_text(std::string bytes) {
  if (const auto refused = refuse(binary_formats, bytes))
    return *refused;
  if (const Order order = utf16_order(bytes); order != Order::none)
    bytes = from_utf16(bytes, order);
  else if (bytes.starts_with(utf8_mark))
    bytes.erase(0, utf8_mark.size());
  if (bytes.find('\0') != std::string::npos)
    return Error{ErrorKind::other, "no text: there are zero bytes in it"};
  const std::string_view text = bytes;
  const auto begin = std::min(text.find_first_not_of(ascii_blanks), text.size());
  if (const auto refused = refuse(text_formats, text.substr(begin)))
    return *refused;
  return bytes;
}

}  // namespace tenantscope
