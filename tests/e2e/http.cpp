#include "e2e/http.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace tenantscope::e2e {
namespace {

constexpr long time_limit_ms = 20'000;

std::size_t append(char* data, std::size_t, std::size_t size, void* body) {
  static_cast<std::string*>(body)->append(data, size);
  return size;
}

std::size_t read_header(char* data, std::size_t, std::size_t size, void* headers) {
  const std::string line(data, size);
  const auto colon = line.find(": ");
  if (colon == std::string::npos)
    return size;
  std::string name = line.substr(0, colon);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  static_cast<std::map<std::string, std::string>*>(headers)->insert_or_assign(
      name, line.substr(colon + 2, line.find("\r\n") - colon - 2));
  return size;
}

}  // namespace

HttpAnswer http(const std::string& method, const std::string& url, const std::string& body,
                const std::vector<std::string>& headers) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(
      started == CURLE_OK ? curl_easy_init() : nullptr, curl_easy_cleanup);
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list(nullptr, curl_slist_free_all);
  for (const std::string& header : headers)
    list.reset(curl_slist_append(list.release(), header.c_str()));

  HttpAnswer answer;
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
  if (method != "GET")
    curl_easy_setopt(easy.get(), CURLOPT_COPYPOSTFIELDS, body.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(easy.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT_MS, time_limit_ms);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, read_header);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &answer.headers);
  const bool any_coding = std::ranges::any_of(
      headers, [](const std::string& header) { return header.starts_with("Accept-Encoding:"); });
  if (any_coding)
    curl_easy_setopt(easy.get(), CURLOPT_ACCEPT_ENCODING, "");  // decodes; the header given is sent
  const CURLcode code = curl_easy_perform(easy.get());
  if (code != CURLE_OK)
    throw NoAnswer(method + " " + url + ": " + curl_easy_strerror(code));

  long status = 0;
  const char* content_type = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &content_type);
  answer.status = int(status);
  if (content_type)
    answer.content_type = content_type;
  return answer;
}

std::string url_encoded(const std::string& text) {
  const std::unique_ptr<char, decltype(&curl_free)> encoded(
      curl_easy_escape(nullptr, text.data(), int(text.size())), curl_free);
  return encoded.get();
}

}  // namespace tenantscope::e2e
