#include "commands/serve.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/daemon.hpp"
#include "base/result.hpp"
#include "base/text/quotation.hpp"
#include "base/text/url.hpp"
#include "commands/config_check.hpp"
#include "system/core_dump.hpp"
#include "system/heap.hpp"

namespace tenantscope {

namespace {

struct Flags {
  ServeOptions serve;
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::logfmt;
  bool only_check = false;
};

void add_web_flags(CLI::App& command, ServeOptions& options) {
  command
      .add_option("--web.listen-address", options.listen_addresses,
                  "IPV4:PORT, [IPV6]:PORT or unix:/PATH; repeatable; port 0: any free one")
      ->capture_default_str()
      ->take_all();
  command.add_flag("--web.systemd-socket", options.systemd_socket,
                   "Listen on the sockets that systemd passes instead");
  command.add_option("--web.config.file", options.web_config_file,
                     "TLS, logins, headers and a rate limit, in the exporter-toolkit's format");
  command.add_flag("--web.enable-lifecycle", options.enable_lifecycle,
                   "Let whoever can connect reload, drill and redeliver without a login");
  command.add_flag("--web.enable-probe", options.enable_probe,
                   "Let /probe ask about any tenant, not only configured ones");
  command.add_flag("--web.health-without-login", options.health_without_login,
                   "Let /-/healthy and /-/ready be asked without a login, for a word");
}

// On loopback.
void add_name_flags(CLI::App& command, ServeOptions& options) {
  const auto allow = [&options](const std::string& host) { options.allowed_hosts.push_back(host); };
  command
      .add_option_function<std::string>(
          "--web.external-url",
          [allow, &options](const std::string& written) {
            const Result<Url> url = parse_url(written);
            if (!url)
              throw CLI::ValidationError("--web.external-url", url.error().detail);
            allow(url->origin.host);
            options.external_url = url->text();
            while (options.external_url.ends_with('/'))
              options.external_url.pop_back();
          },
          "The URL that the web server is reached by through a proxy: its host may be asked for, "
          "and alerts and messages lead there")
      ->type_name("URL");
  command
      .add_option_function<std::vector<std::string>>(
          "--web.allowed-host",
          [allow](const std::vector<std::string>& names) {
            for (const std::string& name : names) {
              const auto host = parse_origin("http://" + name);
              if (!host || host->port != 0 || name.ends_with('/'))
                throw CLI::ValidationError(
                    "--web.allowed-host",
                    fmt::format("{} is no host's name: write it without scheme, port and path",
                                quote(name)));
              allow(host->host);
            }
          },
          "A name that the web server may be asked by on loopback, besides localhost; repeatable")
      ->type_name("NAME");
}

void add_log_flags(CLI::App& command, Flags& flags) {
  const std::map<std::string, LogLevel> levels{{"debug", LogLevel::debug},
                                               {"info", LogLevel::info},
                                               {"warn", LogLevel::warn},
                                               {"error", LogLevel::error}};
  const std::map<std::string, LogFormat> formats{{"logfmt", LogFormat::logfmt},
                                                 {"json", LogFormat::json}};
  command
      .add_option("--log.level", flags.level,
                  "The least level that is logged: debug, info, warn, error")
      ->transform(CLI::Transformer(levels))
      ->default_str("info");
  command.add_option("--log.format", flags.format, "logfmt or json")
      ->transform(CLI::Transformer(formats))
      ->default_str("logfmt");
}

}  // namespace

void add_serve(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "serve", "The daemon: watches the configured tenants, serves metrics, records changes");
  const auto flags = std::make_shared<Flags>();
  command->add_option("--config.file", flags->serve.config_file, "The configuration")
      ->capture_default_str();
  command->add_flag("--config.auto-reload", flags->serve.auto_reload,
                    "Reload the configuration when its file has changed and is at rest");
  command
      ->add_option("--storage.path", flags->serve.storage_path,
                   "Where states, journal and outbox are kept")
      ->capture_default_str();
  add_web_flags(*command, flags->serve);
  add_name_flags(*command, flags->serve);
  add_log_flags(*command, *flags);
  command->add_flag("--check", flags->only_check,
                    "Say what is wrong in these flags and the files that they name, as `config "
                    "check` does, and start nothing");
  command->callback([flags, &exit_code] {
    if (flags->only_check) {
      exit_code = check_files(flags->serve.config_file, flags->serve.web_config_file);
      return;
    }
    bound_heap();
    const Log log(flags->level, flags->format);
    try {
      forbid_core_dumps();
      run_daemon(flags->serve, log);
    } catch (const FatalError& error) {
      log.error("can't serve", {{"err", error.what()}});
      exit_code = error.exit_code;
    } catch (const std::exception& error) {
      log.error("can't serve any longer", {{"err", error.what()}});
      exit_code = exit_failure;
    }
  });
}

}  // namespace tenantscope
