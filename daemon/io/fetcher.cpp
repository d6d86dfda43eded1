#include "io/fetcher.hpp"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "io/callback.hpp"
#include "version.hpp"

namespace tenantscope {
namespace {

constexpr long idle_connections = 1024;  // kept for reuse; who asks limits how many there are

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return ErrorKind::dns;
    case CURLE_COULDNT_CONNECT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // an HTTP/0.9 answer
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_PROXY: return ErrorKind::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT: return ErrorKind::tls;
    case CURLE_OPERATION_TIMEDOUT: return ErrorKind::timeout;
    case CURLE_BAD_CONTENT_ENCODING: return ErrorKind::encoding;
    default: return ErrorKind::other;
  }
}

// The system's trust and, where named, `ca_file`'s; nullptr where that can't be read. Built once: loading the bundle for each
// connection costs 20 ms.
X509_STORE* make_trust(const std::string& ca_file) {
  X509_STORE* trust = X509_STORE_new();
  X509_STORE_set_default_paths(trust);
  if (ca_file.empty() || X509_STORE_load_file(trust, ca_file.c_str()) == 1) return trust;
  X509_STORE_free(trust);
  return nullptr;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Transfer {
  FetchRequest request;
  Callback<Result<FetchResponse>> done;
  FetchResponse response;
  std::unique_ptr<curl_slist, FreeList> headers;
  X509_STORE* trust = nullptr;
  std::size_t header_bytes = 0;
  bool headers_too_large = false;
  bool interim = false;   // the head that is being read is a 1xx
  bool answered = false;  // the final head was read
  std::array<char, CURL_ERROR_SIZE> error{};
};

bool equal_ignoring_case(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? char(x - 'A' + 'a') : x) == y; });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.header_bytes += size;
  if (transfer.header_bytes > Fetcher::header_limit) {
    transfer.headers_too_large = true;
    return 0;
  }
  const std::string_view line(data, size);
  FetchResponse& response = transfer.response;
  if (line.starts_with("HTTP/")) {  // the status line: of the final answer, or of a 1xx before it
    response.encoded = false;
    response.retry_after.clear();
    response.request_id.clear();
    response.trace.headers.clear();
    transfer.interim = line.substr(std::min(line.find(' '), size)).starts_with(" 1");
  }
  if (trimmed(line).empty() && !transfer.interim) transfer.answered = true;
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  if (transfer.request.keep_headers) response.trace.headers.emplace_back(trimmed(line));
  const auto name = line.substr(0, colon);
  const auto value = trimmed(line.substr(colon + 1));
  if (equal_ignoring_case(name, "content-encoding")) response.encoded = true;
  if (equal_ignoring_case(name, "retry-after")) response.retry_after = value;
  if (equal_ignoring_case(name, "x-ms-request-id")) response.request_id = value.substr(0, 128);
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  FetchResponse& response = transfer.response;
  const auto room = std::min(size, transfer.request.body_limit - response.body.size());
  response.body.append(data, room);
  response.truncated = room < size;
  return room;  // less than `size` ends the transfer
}

std::unique_ptr<curl_slist, FreeList> header_list(const FetchRequest& request) {
  curl_slist* list = nullptr;
  for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
  if (request.post)  // what libcurl adds to a POST of its own accord
    for (const char* unwanted : {"Expect:", "Content-Type:"}) list = curl_slist_append(list, unwanted);
  return std::unique_ptr<curl_slist, FreeList>(list);
}

RequestTrace trace_of(CURL* easy, std::vector<std::string> headers, bool kept_connection) {
  const auto at = [easy](CURLINFO instant) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, instant, &microseconds);
    return std::chrono::duration_cast<RequestTrace::Seconds>(std::chrono::microseconds(microseconds));
  };
  return {.dns = at(CURLINFO_NAMELOOKUP_TIME_T),
          .connect = at(CURLINFO_CONNECT_TIME_T),
          .tls = at(CURLINFO_APPCONNECT_TIME_T),
          .first_byte = at(CURLINFO_STARTTRANSFER_TIME_T),
          .total = at(CURLINFO_TOTAL_TIME_T),
          .kept_connection = kept_connection,
          .headers = std::move(headers)};
}

CURLcode on_tls_context(CURL*, void* ssl_context, void* self) {
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(ssl_context), static_cast<Transfer*>(self)->trust);
  return CURLE_OK;
}

}  // namespace

class Fetcher::Transfers {
 public:
  Transfers() : multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, idle_connections);
    thread_ = std::thread([this] { run(); });
  }

  ~Transfers() {
    stopping_ = true;
    curl_multi_wakeup(multi_);
    thread_.join();
    for (const auto& [easy, transfer] : running_) {
      curl_multi_remove_handle(multi_, easy);
      curl_easy_cleanup(easy);
    }
    for (CURL* easy : idle_) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi_);
    for (const auto& [file, trust] : trust_) X509_STORE_free(trust);
  }

  void submit(std::unique_ptr<Transfer> transfer) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void run() {
    while (!stopping_) {
      start_queued();
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
      curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
  }

  void start_queued() {
    std::deque<std::unique_ptr<Transfer>> queue;
    {
      const std::lock_guard lock(mutex_);
      queue.swap(queue_);
    }
    for (auto& transfer : queue) {
      const std::string& ca_file = transfer->request.ca_file;
      transfer->trust = trust_for(ca_file);
      if (!transfer->trust) {
        transfer->done(Error{ErrorKind::tls, fmt::format("{}: no certificates to trust can be read from it", ca_file)});
        continue;
      }
      CURL* easy = take_handle();
      prepare(easy, *transfer);
      running_.emplace(easy, std::move(transfer));
      curl_multi_add_handle(multi_, easy);
    }
  }

  CURL* take_handle() {
    if (idle_.empty()) return curl_easy_init();
    CURL* easy = idle_.back();
    idle_.pop_back();
    curl_easy_reset(easy);
    return easy;
  }

  void prepare(CURL* easy, Transfer& transfer) {
    const FetchRequest& request = transfer.request;
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    if (!request.unix_socket.empty()) curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request.unix_socket.c_str());
    transfer.headers = header_list(request);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
    if (request.post) {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.post->data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.post->size()));
    }
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "tenantscope/" TENANTSCOPE_VERSION);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, long(request.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, long(request.timeout.count()));
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long(CURL_HTTP_VERSION_1_1));  // else requests wait for each other to learn the version
    curl_easy_setopt(easy, CURLOPT_PROXY, request.proxy_url.c_str());  // "" also shuts out the environment's
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "");                       // the environment's, likewise
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, request.fresh_connection ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // never wait for a resolver's thread
    // Trusted already, but only connections of the same CAINFO are shared.
    curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.empty() ? nullptr : request.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);  // libcurl would take one request's trust for another's
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tls_context);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  }

  X509_STORE* trust_for(const std::string& ca_file) {
    auto& trust = trust_[ca_file];
    if (!trust) trust = make_trust(ca_file);
    return trust;
  }

  void finish(CURL* easy, CURLcode code) {
    const auto node = running_.extract(easy);
    Transfer& transfer = *node.mapped();
    FetchResponse& response = transfer.response;
    long status = 0;
    long connects = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    response.status = int(status);
    response.connections_opened = std::uint32_t(connects);
    response.trace = trace_of(easy, std::move(response.trace.headers), connects == 0);
    curl_multi_remove_handle(multi_, easy);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
    idle_.push_back(easy);

    // What isn't read for its body counts as soon as it has said its status: a 429 that stalls is to be heeded all the same.
    const bool for_its_body = (status == 200 || status == 400) && !transfer.request.status_suffices;
    const bool suffices = transfer.answered && status >= 200 && !for_its_body;
    if (code == CURLE_OK && !transfer.answered) {  // libcurl takes an end for the end of the headers
      transfer.done(Error{ErrorKind::connect, "the answer ended within its headers"});
    } else if (code == CURLE_OK || response.truncated || suffices) {
      transfer.done(std::move(response));
    } else if (transfer.headers_too_large || code == CURLE_OUT_OF_MEMORY) {  // libcurl's word for a single line of over 100 KB
      transfer.done(Error{ErrorKind::too_large, "the answer's headers are over 32 KiB"});
    } else {
      const std::string_view detail = transfer.error.data();
      transfer.done(Error{kind_of(code), std::string(detail.empty() ? curl_easy_strerror(code) : detail)});
    }
  }

  CURLM* multi_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Transfer>> queue_;  // guarded by mutex_
  std::map<CURL*, std::unique_ptr<Transfer>> running_;
  std::vector<CURL*> idle_;
  std::map<std::string, X509_STORE*> trust_;
  std::thread thread_;
};

Fetcher::Fetcher() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK) throw FatalError(exit_failure, fmt::format("libcurl can't start: {}", curl_easy_strerror(once)));
  transfers_ = std::make_unique<Transfers>();
}

Fetcher::~Fetcher() = default;

boost::asio::awaitable<Result<FetchResponse>> Fetcher::fetch(FetchRequest request) {
  auto submit = [this, request = std::move(request)](Callback<Result<FetchResponse>> done) mutable {
    auto transfer = std::make_unique<Transfer>();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    transfers_->submit(std::move(transfer));
  };
  return await_callback<Result<FetchResponse>>(std::move(submit));
}

}  // namespace tenantscope
