#include "io/ca_file.hpp"

#include <fmt/format.h>

#include "io/quotation.hpp"
#include "io/text_file.hpp"

namespace tenantscope {

std::string read_ca_file(const YamlNode& node, const std::filesystem::path& folder, FileFindings& findings) {
  if (node.scalar.empty()) return {};
  const std::filesystem::path path = std::filesystem::absolute(folder / node.scalar).lexically_normal();
  const Result<std::string> text = read_text_file(path);
  if (!text)
    findings.add(node, fmt::format("`ca_file` {} can't be read: {}", quote(path.native()), text.error().detail));
  else if (text->find("-----BEGIN ") == std::string::npos)
    findings.add(node, fmt::format("`ca_file` {} holds no certificates in PEM form", quote(path.native())));
  return path;
}

}  // namespace tenantscope
