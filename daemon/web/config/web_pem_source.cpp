#include "web/config/web_pem_source.hpp"

#include <fmt/format.h>

#include "base/text/quotation.hpp"
#include "base/text_file.hpp"
#include "config/secret_file.hpp"

namespace tenantscope {
namespace {

// As in the exporter-toolkit, what is empty isn't there.
const YamlNode* text_unless_empty(MapReader& map, std::string_view key) {
  const YamlNode* node = map.text(key);
  return node && !node->scalar.empty() ? node : nullptr;
}

}  // namespace

std::optional<PemSource> read_pem_source(MapReader& map, PemKeys keys, WebConfigInputs inputs,
                                         FileFindings& findings) {
  const YamlNode* file = text_unless_empty(map, keys.file);
  const YamlNode* inline_text = text_unless_empty(map, keys.text);
  if (file && inline_text) {
    findings.add(*inline_text, fmt::format("`{}` and `{}` exclude each other: leave one off",
                                           keys.text, keys.file));
    return std::nullopt;
  }
  if (inline_text)
    return PemSource{inline_text, fmt::format("`{}`", keys.text), inline_text->scalar};
  if (!file)
    return std::nullopt;

  if (file->scalar.find("-----BEGIN") != std::string::npos) {
    findings.add(*file, fmt::format("this is PEM itself: write it at `{}`, or to a file, and that "
                                    "file's name here",
                                    keys.text));
    return std::nullopt;
  }
  const std::filesystem::path path = secret_path(inputs.folder, file->scalar);
  const std::string name = fmt::format("`{}` {}", keys.file, quote(path.native()));
  inputs.files.push_back(stamp_of(path));
  Result<std::string> text = read_text_file(path);
  if (text)
    return PemSource{file, name, std::move(*text)};
  findings.add(*file, fmt::format("{} can't be read: {}", name, text.error().detail));
  return std::nullopt;
}

}  // namespace tenantscope
