// A daemon with a web configuration, certificates around it, and the real curl and openssl as its
// clients.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "e2e/rehearsal.hpp"
#include "e2e/tools.hpp"
#include "support/certificate.hpp"

namespace tenantscope::e2e {

class WebDeployment : public testing::Test {
 protected:
  // In one step, as careful programs do it.
  void replace(const std::string& name, const std::string& text) const {
    write_file(deployment.folder() / "new", text);
    std::filesystem::rename(deployment.folder() / "new", deployment.folder() / name);
  }
  void configure_web(const std::string& text) const { replace("web.yaml", text); }
  std::string web_file() const { return deployment.folder() / "web.yaml"; }

  void start(const std::string& web, std::vector<std::string> flags = {}) {
    configure_web(web);
    flags.push_back("--web.config.file=" + web_file());
    deployment.start(flags);
    address = deployment.daemon().url().substr(std::string("http://").size());
  }

  struct Reply {
    int status = 0;  // 0: none; then `error` says why
    std::string body;
    std::string error;
  };
  // `arguments` before the URL; `path` may be a whole URL.
  Reply curl(std::vector<std::string> arguments = {},
             const std::string& path = "/-/healthy") const {
    arguments.insert(arguments.begin(), {"--disable", "-sS", "--noproxy", "*", "--max-time", "20",
                                         "-w", "\n%{http_code}", "--cacert", authority.file});
    arguments.push_back(path.starts_with('/') ? "https://" + address + path : path);
    const Finished finished = run(tool("curl", arguments));
    const auto line = finished.out.rfind('\n');
    if (finished.exit_code != 0 || line == std::string::npos)
      return {.error = finished.err};
    return {.status = std::stoi(finished.out.substr(line + 1)),
            .body = finished.out.substr(0, line)};
  }
  int status(const std::vector<std::string>& arguments = {},
             const std::string& path = "/-/healthy") const {
    return curl(arguments, path).status;
  }

  // What `openssl s_client` says of the connection, and the answer to a request over it.
  std::string s_client(const std::vector<std::string>& arguments = {}) const {
    std::vector<std::string> command{
        openssl_path,           "s_client", "-connect", address, "-CAfile", authority.file,
        "-verify_return_error", "-brief",   "-ign_eof"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const Finished finished =
        run(command, "GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    return finished.err + finished.out;
  }

  static std::vector<std::string> shows(const Certificate& certificate) {
    return {"--cert", certificate.file, "--key", certificate.key};
  }

  Deployment deployment{"tenants: []\n"};
  std::string address;
  Certificate authority = make_certificate(deployment.folder(), "ca",
                                           {.authority = true, .common_name = "the authority"});
  Certificate server =
      make_certificate(deployment.folder(), "server", {.names = "IP:127.0.0.1"}, &authority);

  const std::string tls =
      "tls_server_config:\n  cert_file: server.pem\n  key_file: server-key.pem\n";

 private:
  inline static const std::string openssl_path = "/usr/bin/openssl";
};

}  // namespace tenantscope::e2e
