#include "domain/discovery.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include "base/text/visible.hpp"
#include "domain/failure_detail.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t longest_value = 2048;  // of a key that is read; real ones are under 200
constexpr std::size_t longest_scope = 64;

// A streaming reader of the top level's string values of a few keys; everything else is only
// checked to be JSON.
class KeyReader {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  struct Slot {
    std::string_view key;
    std::optional<std::string>* value;
    bool seen = false;
  };

  explicit KeyReader(std::span<Slot> slots) : slots_(slots) {}

  bool is_object() const { return is_object_; }
  const std::string& refusal() const { return refusal_; }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    if (depth_ == 0)
      is_object_ = true;
    return open();
  }
  bool on_object_end(std::size_t, error_code&) { return close(); }
  bool on_array_begin(error_code&) { return open(); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    if (depth_ == 1)
      text_.append(part.data(), part.size());
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    if (depth_ != 1)
      return true;
    text_.append(part.data(), part.size());
    const auto slot = std::ranges::find(slots_, std::string_view(text_), &Slot::key);
    current_ = slot == slots_.end() ? nullptr : &*slot;
    if (current_ && std::exchange(current_->seen, true))
      refuse(fmt::format("`{}` stands there twice", text_));
    text_.clear();
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    if (depth_ == 1 && current_)
      text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    if (depth_ != 1 || !current_)
      return true;
    text_.append(part.data(), part.size());
    if (text_.size() > longest_value)
      refuse(fmt::format("`{}` is longer than {} bytes", current_->key, longest_value));
    *std::exchange(current_, nullptr)->value = std::exchange(text_, {});
    return true;
  }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view, error_code&) { return not_text(); }
  bool on_uint64(std::uint64_t, string_view, error_code&) { return not_text(); }
  bool on_double(double, string_view, error_code&) { return not_text(); }
  bool on_bool(bool, error_code&) { return not_text(); }
  bool on_null(error_code&) {
    if (depth_ == 1)
      current_ = nullptr;
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  bool open() {
    not_text();
    ++depth_;
    return true;
  }
  bool close() {
    --depth_;
    return true;
  }
  bool not_text() {
    if (depth_ == 1 && current_)
      refuse(fmt::format("`{}` is not a string", current_->key));
    if (depth_ == 1)
      current_ = nullptr;
    return true;
  }
  void refuse(std::string why) {
    if (refusal_.empty())
      refusal_ = std::move(why);
  }

  std::span<Slot> slots_;
  Slot* current_ = nullptr;  // the slot whose value comes next
  std::string text_;
  int depth_ = 0;
  bool is_object_ = false;
  std::string refusal_;
};

Result<void> read_keys(std::string_view body, std::span<KeyReader::Slot> slots) {
  boost::json::parse_options options;
  options.max_depth = 256;
  boost::json::basic_parser<KeyReader> parser(options, slots);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, body.data(), body.size(), error);
  if (!error && read < body.size())
    error = boost::json::error::extra_data;
  if (error)
    return Error{ErrorKind::not_json,
                 fmt::format("not JSON: {} at byte {}", error.message(), read)};
  if (!parser.handler().is_object())
    return Error{ErrorKind::bad_document, "JSON, but not an object"};
  if (!parser.handler().refusal().empty())
    return Error{ErrorKind::bad_document, parser.handler().refusal()};
  return {};
}

struct IssuerUrl {
  std::string host;  // lower case, without the port
  std::string_view first_segment;
};

std::optional<IssuerUrl> split_url(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme))
    return std::nullopt;
  url.remove_prefix(scheme.size());
  const auto slash = url.find('/');
  const auto authority = url.substr(0, slash);
  const std::string_view path =
      slash == std::string_view::npos ? std::string_view{} : url.substr(slash + 1);
  const auto segment_end = std::ranges::find_first_of(path, std::string_view("/?#"));
  return IssuerUrl{normalized(authority.substr(0, authority.find(':'))),
                   path.substr(0, std::size_t(segment_end - path.begin()))};
}

constexpr std::string_view issuer_of_all_clouds = "sts.windows.net";
const Guid consumers = *parse_guid("9188040d-6c67-4c5b-b112-36a304b66dad");

std::string_view cloud_shown(const DiscoveryDocument& document, const Clouds& clouds) {
  for (const auto* url : {&document.issuer, &document.token_endpoint})
    if (const auto parts = *url ? split_url(**url) : std::nullopt;
        parts && parts->host != issuer_of_all_clouds)
      if (const auto cloud = cloud_of_host(clouds, parts->host); !cloud.empty())
        return cloud;
  return document.msgraph_host ? cloud_of_host(clouds, normalized(*document.msgraph_host))
                               : std::string_view{};
}

Error bad(std::string detail) { return {ErrorKind::bad_document, std::move(detail)}; }

bool says_invalid_tenant(std::string_view body) {
  std::optional<std::string> error;
  std::array slots{KeyReader::Slot{"error", &error}};
  return read_keys(body, slots) && error == "invalid_tenant";
}

std::optional<Error> refuse_scope(std::string_view key, const std::optional<std::string>& scope) {
  if (!scope || is_visible(*scope))
    return std::nullopt;
  return bad(fmt::format("`{}` has a control or format character in it: {}", key, visible(*scope)));
}

}  // namespace

Result<DiscoveryDocument> parse_discovery(std::string_view body) {
  DiscoveryDocument document;
  std::array slots{KeyReader::Slot{"issuer", &document.issuer},
                   KeyReader::Slot{"token_endpoint", &document.token_endpoint},
                   KeyReader::Slot{"msgraph_host", &document.msgraph_host},
                   KeyReader::Slot{"tenant_region_scope", &document.tenant_region_scope},
                   KeyReader::Slot{"tenant_region_sub_scope", &document.tenant_region_sub_scope}};
  if (const auto read = read_keys(body, slots); !read)
    return read.error();
  return document;
}

Result<Finding> read_document(const DiscoveryDocument& document, const Clouds& clouds) {
  const auto& naming = document.issuer ? document.issuer : document.token_endpoint;
  if (!naming)
    return bad("no `issuer` and no `token_endpoint`: not a tenant's discovery document");
  const auto url = split_url(*naming);
  if (!url)
    return bad(fmt::format("`{}` is not an https URL", *naming));
  const auto tenant_id = parse_guid(url->first_segment);
  if (!tenant_id)
    return bad(fmt::format("`{}` names no tenant: a pseudo tenant's document?", *naming));
  if (*tenant_id == consumers)
    return bad("the document of the pseudo tenant `consumers`");

  Finding finding{
      .found = true, .cloud = std::string(cloud_shown(document, clouds)), .tenant_id = *tenant_id};
  if (auto refused = refuse_scope("tenant_region_scope", document.tenant_region_scope))
    return std::move(*refused);
  if (auto refused = refuse_scope("tenant_region_sub_scope", document.tenant_region_sub_scope))
    return std::move(*refused);
  const auto raw = [](const std::optional<std::string>& scope) {
    return scope && !normalized(*scope).empty() ? *scope : std::string();
  };
  finding.region_scope = raw(document.tenant_region_scope);
  finding.sub_scope = raw(document.tenant_region_sub_scope);
  if (finding.region_scope.size() > longest_scope || finding.sub_scope.size() > longest_scope)
    return bad(fmt::format("a scope longer than {} bytes", longest_scope));
  if (const auto scope = normalized(finding.region_scope); scope == "usg" || scope == "usgov")
    finding.cloud = "usgov";
  return finding;
}

Result<Finding> read_answer(const Answer& answer, const Clouds& clouds) {
  const auto unexpected = [&](ErrorKind kind) {
    return Error{kind, fmt::format("the authority answered with status {}{}", answer.status,
                                   said_in(answer))};
  };
  if (answer.status == 429)
    return unexpected(ErrorKind::throttled);
  if (answer.status >= 300 && answer.status < 400)
    return unexpected(ErrorKind::redirect);
  if (answer.status != 200 && answer.status != 400)
    return unexpected(ErrorKind::http_status);
  if (answer.encoded)
    return Error{ErrorKind::encoding, "the answer has a Content-Encoding, which nobody asked for"};
  if (answer.truncated)
    return Error{ErrorKind::too_large,
                 fmt::format("the answer's body is over {} KiB", document_limit / kib)};
  if (answer.status == 400) {
    if (says_invalid_tenant(answer.body))
      return Finding{};
    return Error{
        ErrorKind::http_status,
        "the authority answered with status 400, but not with `invalid_tenant`" + said_in(answer)};
  }
  const auto document = parse_discovery(answer.body);
  if (!document)
    return Error{document.error().kind, instead_of_json(answer, document.error())};
  return read_document(*document, clouds);
}

std::string discovery_url(const Cloud& cloud, std::string_view tenant_name) {
  return fmt::format("{}/{}/v2.0/.well-known/openid-configuration", cloud.authority, tenant_name);
}

}  // namespace tenantscope
