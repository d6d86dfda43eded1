#include "fetch/easy_handle.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/certificate_expiry.hpp"
#include "fetch/curl_error.hpp"
#include "fetch/named_server.hpp"
#include "fetch/proxy_refusal.hpp"

namespace tenantscope {
namespace {

// It is asked under another name than its URL's.
bool has_other_name(const FetchRequest& request) {
  return !request.tls.server_name.empty() && request.url.starts_with("https:");
}

bool peculiar(const FetchRequest& request) {
  return request.post || !request.headers.empty() || !request.unix_socket.empty() ||
         has_other_name(request);
}

// "TLS 1.3", as other exporters have it.
std::string shown_version(const SSL* tls) {
  std::string version = SSL_get_version(tls);
  std::ranges::replace(version, 'v', ' ');
  return version;
}

}  // namespace

// A header may be a login.
void EasyHandle::FreeList::operator()(curl_slist* list) const {
  for (const curl_slist* one = list; one; one = one->next)
    OPENSSL_cleanse(one->data, std::strlen(one->data));
  curl_slist_free_all(list);
}

EasyHandle::EasyHandle(CURLSH* sessions, bool& connected, ReadBudget& budget,
                       OpenConnections& connections)
    : easy_(curl_easy_init()), connected_(connected), budget_(budget), connections_(connections) {
  curl_easy_setopt(easy_, CURLOPT_SHARE, sessions);
}

EasyHandle::~EasyHandle() { curl_easy_cleanup(easy_); }

void EasyHandle::begin(FetchRequest request, std::shared_ptr<const TlsFiles> files) {
  request_ = std::move(request);
  forget_answer();
  LastingOptions wanted{.proxy_url = request_.proxy_url,
                        .proxy_login = request_.proxy_login,
                        .min_version = request_.tls.min_version,
                        .files = std::move(files)};
  if (lasting_ != wanted) {
    set_lasting(easy_, wanted);
    lasting_ = std::move(wanted);
    set_callbacks();
  }
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  if (peculiar(request_))
    set_peculiar();
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, long(request_.timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, long(request_.timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, request_.fresh_connection ? 1L : 0L);
  curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, request_.fresh_connection ? 1L : 0L);
  set_version(request_.http2 && request_.url.starts_with("https:") &&
              !request_.post);  // a plain connection has no handshake that tells
}

void EasyHandle::forget_answer() {
  response_ = {};
  tls_version_.clear();
  head_.begin(request_.keep_headers);
  if (request_.proxy_url.empty() || request_.url.starts_with("http:"))  // no CONNECT comes before
    head_.begin_server();
  error_.front() = '\0';
}

// HTTP/2 where the handshake offers it: requests wait for the first one of their authority to learn
// that, and then share its connection, or have one each.
void EasyHandle::set_version(bool http2) {
  http2_ = http2;
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION,
                   long(http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_PIPEWAIT, http2 ? 1L : 0L);
}

bool EasyHandle::begin_again(CURLcode code) {
  const bool ended = code == CURLE_HTTP2 || code == CURLE_HTTP2_STREAM ||
                     code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR;
  if (!http2_ || !ended || (head_.begun() && (!spoke_http2() || suffices())))
    return false;
  curl_off_t spent = 0;
  curl_easy_getinfo(easy_, CURLINFO_TOTAL_TIME_T, &spent);
  const Duration left =
      request_.timeout - std::chrono::floor<Duration>(std::chrono::microseconds(spent));
  if (left <= Duration::zero())
    return false;
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, long(left.count()));
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);  // another kept one may have ended as well
  set_version(false);
  forget_answer();
  return true;
}

void EasyHandle::set_callbacks() {
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
  curl_easy_setopt(easy_, CURLOPT_SSL_CTX_DATA, this);
  curl_easy_setopt(easy_, CURLOPT_CLOSESOCKETFUNCTION, OpenConnections::close);
  curl_easy_setopt(easy_, CURLOPT_CLOSESOCKETDATA, &connections_);
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, on_connection);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
}

void EasyHandle::set_peculiar() {
  curl_slist* list = nullptr;
  for (const std::string& header : request_.headers)
    list = curl_slist_append(list, header.c_str());
  if (request_.post)  // what libcurl adds to a POST of its own accord
    for (const char* unwanted : {"Expect:", "Content-Type:"})
      list = curl_slist_append(list, unwanted);
  if (has_other_name(request_)) {
    const NamedServer server = named_server(request_.url, request_.tls.server_name);
    list = curl_slist_append(list, server.host.c_str());
    connect_to_.reset(curl_slist_append(nullptr, server.connect_to.c_str()));
    curl_easy_setopt(easy_, CURLOPT_URL, server.url.c_str());
    curl_easy_setopt(easy_, CURLOPT_CONNECT_TO, connect_to_.get());
  }
  headers_.reset(list);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, list);
  if (!request_.unix_socket.empty())
    curl_easy_setopt(easy_, CURLOPT_UNIX_SOCKET_PATH, request_.unix_socket.c_str());
  if (request_.post) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.post->data());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request_.post->size()));
  }
}

int EasyHandle::status() const {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return int(status);
}

bool EasyHandle::spoke_http2() const {
  long version = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
  return version == CURL_HTTP_VERSION_2_0;
}

// What isn't read for its body counts as soon as it has said its status: a 429 that stalls is to be
// heeded all the same.
bool EasyHandle::suffices() const {
  const int said = status();
  const bool for_its_body = (said == 200 || said == 400) && !request_.status_suffices;
  return head_.complete() && said >= 200 && !for_its_body;
}

Result<FetchResponse> EasyHandle::end(CURLcode code) {
  long connects = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connects);
  const bool enough = suffices();
  response_.status = status();
  response_.connections_opened = std::uint32_t(connects);
  response_.trace = trace(connects == 0);
  const HeadFields& fields = head_.fields();
  response_.encoded = fields.encoded;
  response_.retry_after = fields.retry_after;
  response_.request_id = fields.request_id;
  response_.content_type = fields.content_type;
  response_.location = fields.location;
  response_.etag = fields.etag;
  response_.last_modified = fields.last_modified;
  const Error failed = failure(code);
  if (peculiar(request_)) {
    curl_easy_reset(easy_);  // before what it points to goes
    lasting_.reset();
    headers_.reset();
    connect_to_.reset();
    request_.headers = {};
  }

  if (auto said = word_of_proxy(head_, request_, response_.status))
    return std::move(*said);
  if (code == CURLE_OK && !head_.complete())  // libcurl takes an end for the end of the headers
    return Error{ErrorKind::connect, "the answer ended within its headers"};
  if (code == CURLE_OK || response_.truncated || enough)
    return std::move(response_);
  return failed;
}

Error EasyHandle::failure(CURLcode code) const {
  if (head_.too_large() || tells_overlong_line(code))
    return {ErrorKind::too_large,
            fmt::format("the answer's headers are over {} KiB", Fetcher::header_limit / kib)};
  const std::string_view detail = error_.data();
  if (tells_bare_certificate(detail))
    return {ErrorKind::tls,
            fmt::format("the {}'s certificate has no subject alternative name: it has to be issued "
                        "anew with one, as its common name doesn't count",
                        before_proxy() ? "proxy" : "server")};
  return {kind_of(code), std::string(detail.empty() ? curl_easy_strerror(code) : detail)};
}

RequestTrace EasyHandle::trace(bool kept_connection) {
  const auto at = [this](CURLINFO instant) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy_, instant, &microseconds);
    return std::chrono::duration_cast<RequestTrace::Seconds>(
        std::chrono::microseconds(microseconds));
  };
  return {.dns = at(CURLINFO_NAMELOOKUP_TIME_T),
          .connect = at(CURLINFO_CONNECT_TIME_T),
          .tls = at(CURLINFO_APPCONNECT_TIME_T),
          .first_byte = at(CURLINFO_STARTTRANSFER_TIME_T),
          .total = at(CURLINFO_TOTAL_TIME_T),
          .kept_connection = kept_connection,
          .certificate_expiry = response_.trace.certificate_expiry,
          .headers = std::move(head_.fields().lines)};
}

CURLcode EasyHandle::on_tls_context(CURL*, void* tls_context, void* self) {
  auto* const context = static_cast<SSL_CTX*>(tls_context);
  auto& handle = *static_cast<EasyHandle*>(self);
  set_trust(context, handle.lasting_->files->trust.get());
  if (!handle.within_tls())
    handle.budget_.bound(context);
  return CURLE_OK;
}

// The proxy hasn't let it through.
bool EasyHandle::before_proxy() const {
  long connect_status = 0;
  curl_easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &connect_status);
  return connect_status == 0 && request_.proxy_url.starts_with("https:");
}

// A connection inside one to a proxy over TLS: what the outer one has decrypted but the inner one
// hasn't taken, epoll would never tell of.
bool EasyHandle::within_tls() const {
  return request_.proxy_url.starts_with("https:") && !before_proxy();
}

int EasyHandle::on_connection(void* self, char*, char*, int, int) {
  auto& handle = *static_cast<EasyHandle*>(self);
  long opened = 0;
  curl_easy_getinfo(handle.easy_, CURLINFO_NUM_CONNECTS, &opened);
  if (opened > 0)
    handle.see_connection();
  handle.head_.begin_server();
  return CURL_PREREQFUNC_OK;
}

void EasyHandle::see_connection() {
  if (http2_)
    connected_ = true;
  curl_tlssessioninfo* session = nullptr;
  curl_easy_getinfo(easy_, CURLINFO_TLS_SSL_PTR, &session);
  const auto* const tls = session ? static_cast<const SSL*>(session->internals) : nullptr;
  if (!tls)
    return;
  tls_version_ = shown_version(tls);
  response_.trace.certificate_expiry = certificate_expiry(SSL_get0_peer_certificate(tls));
}

void EasyHandle::count_connection() {
  if (request_.peer.empty())
    return;
  long opened = 0;
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &opened);
  if (opened > 0 && curl_easy_getinfo(easy_, CURLINFO_ACTIVESOCKET, &socket) == CURLE_OK &&
      socket != CURL_SOCKET_BAD)
    connections_.opened(socket, {request_.peer, tls_version_.empty() ? "none" : tls_version_});
}

std::size_t EasyHandle::on_header(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<EasyHandle*>(self)->head_.take({data, size}) ? size : 0;
}

std::size_t EasyHandle::on_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& handle = *static_cast<EasyHandle*>(self);
  FetchResponse& response = handle.response_;
  const auto room = std::min(size, handle.request_.body_limit - response.body.size());
  response.body.append(data, room);
  response.truncated = room < size;
  return room;  // less than `size` ends the transfer
}

}  // namespace tenantscope
