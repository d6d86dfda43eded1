#include "web/access/web_login.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "base/result.hpp"
#include "base/text/ascii.hpp"
#include "base/text/base64.hpp"
#include "web/access/bcrypt.hpp"
#include "web/too_many_requests.hpp"

namespace tenantscope {
namespace {

constexpr std::string_view scheme = "basic ";

WebResponse unauthorized() {
  return {.status = 401,
          .body = "unauthorized\n",
          .headers = {{"WWW-Authenticate", R"(Basic realm="tenantscope", charset="UTF-8")"}}};
}

// Two of them could be understood differently.
std::optional<Credentials> credentials_of(const WebRequest& request) {
  const auto is_authorization = [](const auto& header) { return header.first == "authorization"; };
  if (std::ranges::count_if(request.headers, is_authorization) != 1)
    return std::nullopt;
  return parse_basic(request.header("authorization"));
}

}  // namespace

std::optional<Credentials> parse_basic(std::string_view authorization) {
  if (authorization.size() < scheme.size() ||
      !equal_ignoring_case(authorization.substr(0, scheme.size()), scheme))
    return std::nullopt;
  authorization.remove_prefix(
      std::min(authorization.find_first_not_of(' ', scheme.size()), authorization.size()));
  auto decoded = decode_base64(authorization);
  if (!decoded)
    return std::nullopt;
  const Cleansing at_the_end(*decoded);
  const auto colon = decoded->find(':');
  if (colon == decoded->npos)
    return std::nullopt;
  Credentials credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
  if (credentials.password.size() > longest_password ||
      credentials.password.find('\0') != std::string::npos)
    return std::nullopt;
  return credentials;
}

WebLogin::WebLogin(AuditLog& audit, PasswordThread::Check check, Clock now)
    : audit_(audit), now_(std::move(now)), passwords_(std::move(check)) {
  if (RAND_bytes(key_.data(), int(key_.size())) != 1)
    throw FatalError(exit_failure, "no random bytes can be had");
}

boost::asio::awaitable<WebLogin::Judgement> WebLogin::judge(WebRequest request,
                                                            std::shared_ptr<const Users> users) {
  const auto credentials = credentials_of(request);
  if (!credentials) {
    // Browsers come without a login at first.
    const bool tried = !request.header("authorization").empty();
    co_return Judgement{tried ? fail(request, "") : unauthorized(), ""};
  }
  forget_others(*users);
  const auto user = users->find(credentials->user);
  const bool exists = user != users->end();
  const std::string known_user = exists ? credentials->user : "";
  const std::string hash = exists ? user->second : stand_in(*users, credentials->user);
  const Seal sealed = seal_of(*credentials, hash);
  const std::string sender = request.sender();
  const std::string network = network_of(sender);
  if (exists && known(known_user, network, sealed)) {
    audit_.login(LoginResult::success, request, known_user, now_());
    co_return Judgement{std::nullopt, known_user};
  }
  const Seal name_seal = seal(credentials->user);  // short, however long the name
  const std::string name(name_seal.begin(), name_seal.end());
  if (!failures_.try_once(sender, name, now_()))
    co_return Judgement{lock_out(request, known_user, name), ""};

  std::string password = credentials->password;
  const PasswordThread::Outcome outcome = co_await passwords_.check(hash, std::move(password));
  const bool wrong = outcome == PasswordThread::Outcome::wrong ||
                     (outcome == PasswordThread::Outcome::right && !exists);
  if (wrong)
    co_return Judgement{fail(request, known_user), ""};
  failures_.forgive(sender, name, now_());
  if (outcome == PasswordThread::Outcome::busy)
    co_return Judgement{no_room("too many logins at once"), ""};
  if (users_ == *users)
    remember(known_user, network, sealed);
  audit_.login(LoginResult::success, request, known_user, now_());
  co_return Judgement{std::nullopt, known_user};
}

WebResponse WebLogin::fail(const WebRequest& request, const std::string& user) {
  audit_.login(LoginResult::failure, request, user, now_());
  return unauthorized();
}

WebResponse WebLogin::lock_out(const WebRequest& request, const std::string& user,
                               std::string_view name) {
  audit_.login(LoginResult::locked, request, user, now_());
  return too_many_requests(failures_.until_next_try(request.sender(), name, now_()));
}

WebLogin::Seal WebLogin::seal(std::string_view text) const {
  Seal result{};
  HMAC(EVP_sha256(), key_.data(), int(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data(), nullptr);
  return result;
}

WebLogin::Seal WebLogin::seal_of(const Credentials& credentials, const std::string& hash) const {
  std::string text = credentials.user + ":" + hash + ":" +
                     credentials.password;  // neither of the first two has a colon in it
  const Cleansing at_the_end(text);
  return seal(text);
}

// Those of users who have gone. Of one with another password, seals fit no more.
void WebLogin::forget_others(const Users& users) {
  if (users_ == users)
    return;
  std::erase_if(known_, [&](const auto& login) { return !users.contains(login.first); });
  users_ = users;
}

bool WebLogin::known(const std::string& user, const std::string& network, const Seal& sealed) {
  const auto networks = known_.find(user);
  if (networks == known_.end())
    return false;
  const auto found = networks->second.find(network);
  if (found == networks->second.end() || !found->second.compared.take(now_()))
    return false;
  Known& login = found->second;
  if (CRYPTO_memcmp(login.seal.data(), sealed.data(), sealed.size()) != 0)
    return false;
  login.compared.give_back();
  login.used = now_();
  return true;
}

void WebLogin::remember(const std::string& user, const std::string& network, const Seal& sealed) {
  Networks& networks = known_[user];
  if (networks.size() >= most_networks && !networks.contains(network))
    networks.erase(
        std::ranges::min_element(networks, {}, [](const auto& one) { return one.second.used; }));
  networks.insert_or_assign(network, Known{.seal = sealed, .used = now_()});
}

// Somebody's hash, for a user who doesn't exist: always the same one for a name, so that it costs
// what an existing user's would.
const std::string& WebLogin::stand_in(const Users& users, const std::string& user) const {
  std::uint64_t number = 0;
  std::memcpy(&number, seal(user).data(), sizeof number);
  return std::next(users.begin(), std::ptrdiff_t(number % users.size()))->second;
}

}  // namespace tenantscope
