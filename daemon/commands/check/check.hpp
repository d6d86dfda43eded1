// `tenantscope check`: a plugin for monitoring systems, after
// https://www.monitoring-plugins.org/doc/guidelines.html. Whatever happens, it exits with 0 to 3
// and says why on standard output: those systems show nothing else.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace tenantscope {

void add_check(CLI::App& app, const std::string& version, int& exit_code);

// The end of a check that didn't begin: wrong usage, or --help and --version, which are UNKNOWN by
// the guidelines. The exit code.
int end_check(const CLI::App& app, const CLI::ParseError& error);

}  // namespace tenantscope
