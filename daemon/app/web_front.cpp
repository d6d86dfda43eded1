#include "app/web_front.hpp"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "web/exposure.hpp"
#include "web/tls/tls_context.hpp"

namespace tenantscope {

WebFront::WebFront(const ServeOptions& options, LoadedWebConfig config,
                   std::vector<ListeningSocket> sockets, Instruments& instruments, const Log& log,
                   Sources sources)
    : instruments_(instruments),
      log_(log),
      audit_(
          log,
          [this](LoginResult result) { instruments_.web_logins(to_string(result)).Increment(); }),
      api_(sources.table, instruments, sources.liveness, std::move(sources.journal),
           std::move(sources.operations), audit_,
           {.lifecycle = options.enable_lifecycle, .probe = options.enable_probe}),
      config_(options.web_config_file, std::move(config), log,
              [this](const WebConfig& changed) { note_exposure(changed, false); }),
      guard_([this](WebRequest request) { return api_.answer(std::move(request)); },
             [this] { return config_.current(); }, audit_,
             {.health = options.health_without_login ? HealthLogin::none : HealthLogin::wanted,
              .hosts = HostNames(options.allowed_hosts)}),
      server_(
          std::move(sockets),
          [this](WebRequest request) { return guard_.answer(std::move(request)); }, log, {},
          [this] { return config_.current()->tls; },
          {.refused =
               [this](RefusalReason reason) {
                 instruments_.web_refused(to_string(reason)).Increment();
               },
           .answered = [this](unsigned status) { instruments_.web_requests(status).Increment(); }}),
      bell_(server_.executor()) {
  api_.use_bell(bell_);
  api_.serve_at(options.external_url);
}

void WebFront::start(bool told) {
  const std::shared_ptr<const WebConfig> config = config_.current();
  if (!told)
    for (const std::string& address : server_.addresses())
      log_.info("listening", {{"address", address}});
  server_.start();
  note_exposure(*config, told);
}

void WebFront::stop() {
  server_.stop();
  guard_.stop();  // its thread calls back to what the server ran on
  audit_.sweep(SteadyTime::max());
}

void WebFront::note_exposure(const WebConfig& config, bool told) {
  const Exposure exposure = exposure_of(server_.addresses(), config);
  instruments_.web_exposed().Set(bool(exposure));
  instruments_.set_web_certificate_expiry(certificate_expiry(config.tls.get()));
  if (exposure && !told)
    log_.warn("other machines can reach the web server: see --web.config.file",
              {{"addresses", fmt::format("{}", fmt::join(exposure.addresses, " "))},
               {"without", exposure.lacking}});
}

}  // namespace tenantscope
