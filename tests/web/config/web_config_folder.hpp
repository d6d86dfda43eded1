// A folder with a web configuration, "c", and what it may refer to: a server's and another's
// certificate and key, authorities.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/config_folder.hpp"
#include "support/certificate.hpp"
#include "web/config/web_config_file.hpp"

namespace tenantscope {

inline std::string file_text(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// `text` as a block below a key, `indentation` deep.
inline std::string pem_block(const std::string& text, int indentation = 4) {
  std::string block = "|\n";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    block += std::string(std::size_t(indentation), ' ') + line + "\n";
  return block;
}

inline const std::string server_pair =
    "tls_server_config:\n  cert_file: server.pem\n  key_file: server-key.pem\n";

struct BadWeb {
  std::string config;
  std::vector<std::string> findings;
};

class WebConfigFolder : public ConfigFolder {
 public:
  WebConfigFolder() {
    const std::filesystem::path folder = path("");
    authority = make_certificate(folder, "ca", {.authority = true, .common_name = "the authority"});
    server = make_certificate(folder, "server", {.names = "IP:127.0.0.1"}, &authority);
    other = make_certificate(folder, "other", {.names = "IP:127.0.0.1"});
    make_certificate(folder, "expired", {.names = "IP:127.0.0.1", .days = -1});
    make_certificate(folder, "early", {.names = "IP:127.0.0.1", .begins = 1, .days = 2});
    make_certificate(folder, "weak", {.names = "IP:127.0.0.1", .rsa_bits = 1024});
    write("chain.pem", file_text(server.file) + file_text(authority.file));
    write("reversed.pem", file_text(authority.file) + file_text(server.file));
    write("empty.pem", "");
    write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    write("broken-key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    write_locked_key();
  }

  LoadedWebConfig load_web() const { return load_web_config(path("c")); }

  void expect_findings(const std::vector<BadWeb>& cases) const {
    for (const auto& [config, expected] : cases) {
      write("c", config);
      EXPECT_EQ(shown(load_web().errors), expected) << config;
    }
  }
  void expect_good(const std::vector<BadWeb>& cases) const {
    for (const auto& [config, warnings] : cases) {
      write("c", config);
      const LoadedWebConfig loaded = load_web();
      EXPECT_EQ(shown(loaded.errors), std::vector<std::string>{}) << config;
      EXPECT_EQ(shown(loaded.warnings), warnings) << config;
    }
  }

  Certificate authority;
  Certificate server;
  Certificate other;

 private:
  void write_locked_key() const {
    using namespace certificate_detail;
    const Key key(PEM_read_PrivateKey(open_file(server.key, "r").get(), nullptr, nullptr, nullptr),
                  &EVP_PKEY_free);
    char passphrase[] = "passphrase";
    PEM_write_PrivateKey(
        open_file(path("locked-key.pem"), "w").get(), key.get(), EVP_aes_128_cbc(), nullptr, 0,
        [](char* buffer, int size, int, void* text) {
          return std::snprintf(buffer, std::size_t(size), "%s", static_cast<char*>(text));
        },
        passphrase);
  }
};

}  // namespace tenantscope
