#include "domain/http/no_proxy.hpp"

#include <gtest/gtest.h>

namespace tenantscope {
namespace {

TEST(NoProxy, NamesHostsTheirSubDomainsAddressesAndRanges) {
  const struct {
    std::string_view list, host;
    std::uint16_t port;
    bool bypassed;
  } table[] = {
      {"", "a.example", 443, false},
      {"*", "a.example", 443, true},
      {"a.example", "a.example", 443, true},
      {"A.Example", "a.example", 443, true},
      {"a.example", "b.a.example", 443, true},
      {"a.example", "ba.example", 443, false},
      {"a.example", "a.example.", 443, true},
      {".a.example", "a.example", 443, false},
      {".a.example", "b.a.example", 443, true},
      {"*.a.example", "a.example", 443, false},
      {"*.a.example", "c.b.a.example", 443, true},
      {"a.example:8443", "a.example", 443, false},
      {"a.example:8443", "a.example", 8443, true},
      {" x.example , a.example ,", "a.example", 443, true},
      {"10.0.0.1", "10.0.0.1", 443, true},
      {"10.0.0.1:80", "10.0.0.1", 443, false},
      {"10.0.0.1", "10.0.0.10", 443, false},
      {"0.0.1", "10.0.0.1", 443, false},
      {"10.0.0.0/8", "10.255.0.1", 443, true},
      {"10.0.0.0/8", "11.0.0.1", 443, false},
      {"10.0.0.0/9", "10.127.255.255", 443, true},
      {"10.0.0.0/9", "10.128.0.0", 443, false},
      {"0.0.0.0/0", "10.0.0.1", 443, true},
      {"0.0.0.0/0", "a.example", 443, false},
      {"0.0.0.0/0", "[::1]", 443, false},
      {"::1", "[::1]", 443, true},
      {"[::1]:443", "[::1]", 443, true},
      {"[::1]:443", "[::1]", 80, false},
      {"::1", "[0:0::1]", 443, true},
      {"2001:db8::/32", "[2001:db8:ffff::1]", 443, true},
      {"2001:db8::/32", "[2001:db9::1]", 443, false},
  };
  for (const auto& row : table)
    EXPECT_EQ(bypasses_proxy(row.list, row.host, row.port), row.bypassed)
        << row.list << " " << row.host << ":" << row.port;
}

TEST(NoProxy, SaysWhatCanBeAnItem) {
  for (const char* item :
       {"*", "a.example", ".a.example", "*.a.example", "a.example:443", "10.0.0.1", "10.0.0.1:80",
        "10.0.0.0/8", "::1", "[::1]", "[::1]:80", "2001:db8::/32", "host_name-1"})
    EXPECT_TRUE(is_no_proxy_item(item)) << item;
  for (const char* item :
       {"", "http://a.example", "a b", "a.example:0", "a.example:http", "10.0.0.0/33",
        "a.example/8", "a:b:c", "*a.example", "me@a.example", ":80", "*."})
    EXPECT_FALSE(is_no_proxy_item(item)) << item;
}

}  // namespace
}  // namespace tenantscope
