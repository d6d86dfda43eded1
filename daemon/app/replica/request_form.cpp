#include "app/replica/request_form.hpp"

#include <boost/json/parse.hpp>

#include "formats/json.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view operations_prefix = "/api/v1/";

std::string sender_of(const WebRequest& request) {
  if (!request.user.empty())
    return request.user;
  return request.certificate.empty() ? request.sender() : request.certificate;
}

const boost::json::string* text_in(const boost::json::object& object, std::string_view key) {
  const boost::json::value* const value = object.if_contains(key);
  return value ? value->if_string() : nullptr;
}

}  // namespace

Request request_for_active(const WebRequest& asked, const std::string& replica) {
  boost::json::object arguments;
  for (const auto& [name, value] : asked.query)
    if (!arguments.contains(name))  // the first of a name counts
      arguments[name] = value;
  return {.id = random_guid(),
          .kind = asked.path.substr(asked.path.rfind('/') + 1),
          .arguments = json_line(arguments),
          .asked_by = replica + ", for " + sender_of(asked)};
}

std::optional<WebRequest> asked_of_active(const Request& request) {
  if (request.kind != "drill" && request.kind != "redeliver")
    return std::nullopt;
  boost::system::error_code wrong;
  const boost::json::value arguments = boost::json::parse(request.arguments, wrong);
  if (wrong || !arguments.is_object())
    return std::nullopt;
  WebRequest asked;
  asked.method = "POST";
  asked.path = std::string(operations_prefix) + request.kind;
  for (const auto& [name, value] : arguments.get_object()) {
    const boost::json::string* const text = value.if_string();
    if (!text)
      return std::nullopt;
    asked.query.emplace_back(name, std::string(*text));
  }
  return asked;
}

std::string written_answer(const WebResponse& answer) {
  boost::json::object written;
  written["status"] = answer.status;
  written["content_type"] = answer.content_type;
  written["body"] = answer.body;
  return json_line(written);
}

std::optional<WebResponse> read_answer(std::string_view written) {
  boost::system::error_code wrong;
  const boost::json::value answer = boost::json::parse(written, wrong);
  const boost::json::object* const object = wrong ? nullptr : answer.if_object();
  const boost::json::value* const status = object ? object->if_contains("status") : nullptr;
  const boost::json::string* const type = object ? text_in(*object, "content_type") : nullptr;
  const boost::json::string* const body = object ? text_in(*object, "body") : nullptr;
  if (!status || !status->is_int64() || status->get_int64() < 200 || status->get_int64() > 599 ||
      !type || !body)
    return std::nullopt;
  WebResponse read;
  read.status = unsigned(status->get_int64());
  read.content_type = std::string(*type);
  read.body = std::string(*body);
  return read;
}

}  // namespace tenantscope
