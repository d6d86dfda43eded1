#include "fetch/read_budget.hpp"

#include <algorithm>

namespace tenantscope {
namespace {

constexpr std::size_t least_charge = 512;  // a read of few bytes costs more than they do

}  // namespace

void ReadBudget::bound(SSL_CTX* context) {
  SSL_CTX_set_app_data(context, this);
  SSL_CTX_set_info_callback(context, on_handshake);
}

// The earliest time at which OpenSSL shows the connection's input.
void ReadBudget::on_handshake(const SSL* tls, int where, int) {
  BIO* const input = SSL_get_rbio(tls);
  if (!(where & SSL_CB_HANDSHAKE_START) || !input)
    return;
  BIO_set_callback_arg(input, static_cast<char*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls))));
  BIO_set_callback_ex(input, on_input_output);
}

// Before a read, a result that isn't positive is the read's own; with the flags for a retry it
// means that nothing is there yet.
long ReadBudget::on_input_output(BIO* bio, int operation, const char*, std::size_t, int, long,
                                 int result, std::size_t* processed) {
  auto& left = reinterpret_cast<ReadBudget*>(BIO_get_callback_arg(bio))->left_;
  if (operation == BIO_CB_READ && left == 0) {
    BIO_clear_retry_flags(bio);
    BIO_set_retry_read(bio);
    return -1;
  }
  if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0)
    left -= std::min(left, std::max(*processed, least_charge));
  return result;
}

}  // namespace tenantscope
