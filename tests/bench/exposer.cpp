// prometheus-cpp as its manual uses it: a gauge for each series of another exporter's answer,
// behind its own Exposer. usage: bench_exposer PORT EXPOSITION
#include <prometheus/exposer.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <memory>
#include <string>

namespace {

// The labels of `name{key="value",...}`; the values have no escapes.
prometheus::Labels labels_of(const std::string& series) {
  prometheus::Labels labels;
  auto at = series.find('{');
  while (at != std::string::npos && at + 1 < series.size() && series[at] != '}') {
    const auto equals = series.find("=\"", at);
    const auto end = series.find('"', equals + 2);
    labels.emplace(series.substr(at + 1, equals - at - 1),
                   series.substr(equals + 2, end - equals - 2));
    at = end + 1;
  }
  return labels;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  const auto registry = std::make_shared<prometheus::Registry>();
  std::map<std::string, prometheus::Family<prometheus::Gauge>*> families;
  std::ifstream stream(argv[2]);
  for (std::string line; std::getline(stream, line);) {
    const auto space = line.rfind(' ');
    if (line.starts_with('#') || space == std::string::npos)
      continue;
    const std::string name = line.substr(0, line.find_first_of("{ "));
    auto& family = families[name];
    if (!family)
      family = &prometheus::BuildGauge().Name(name).Help("As measured.").Register(*registry);
    family->Add(labels_of(line.substr(0, space))).Set(std::stod(line.substr(space + 1)));
  }
  prometheus::Exposer exposer(std::string("127.0.0.1:") + argv[1], 4);
  exposer.RegisterCollectable(registry);
  for (;;)
    ::pause();
}
