#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/config_findings.hpp"

namespace tenantscope {
namespace {

TEST(BadConfig, Shape) {
  expect_findings({
      {"[]\n", {"c:1:1: the configuration has to be a map, not a list"}},
      {"hello\n", {"c:1:1: the configuration has to be a map, not a single value"}},
      {"\n\n- rules: docs-2025\n", {"c:3:1: the configuration has to be a map, not a list"}},
      {"rules: {}\n", {"c:1:8: `rules` has to be a text, not a map"}},
      {"rules: [docs-2025]\n", {"c:1:8: `rules` has to be a text, not a list"}},
      {"rules:\n", {"c:1:1: `rules` has to be a text, but is empty"}},
      {"rules: docs-2027\n",
       {"c:1:8: `rules` has to be docs-2026, docs-2025 or seed-2022, not `docs-2027`"}},
      {"rules: \"docs\\0\"\n", {"c:1:8: `rules` has a NUL character in it: take it out"}},
      {"probe: 15m\n", {"c:1:8: `probe` has to be a map, not a single value"}},
      {"tenants: {}\n", {"c:1:10: `tenants` has to be a list, not a map"}},
      {"tenants:\n# all gone\n", {"c:1:1: `tenants` has to be a list, but is empty"}},
      {"tenants: contoso.com\n", {"c:1:10: `tenants` has to be a list, not a single value"}},
      {"rules: seed-2022\nrules: docs-2025\n",
       {"c:2:1: duplicate key `rules`, given first at 1:1"}},
      {"rules: &r seed-2022\nevents: {source: *r}\n",
       {"c:1:8: an anchor, `&r`: anchors and aliases aren't allowed",
        "c:2:18: an alias: write the value out"}},
      {"rules: !!str seed-2022\n", {"c:1:8: a tag, `tag:yaml.org,2002:str`: tags aren't allowed"}},
      {"rules: seed-2022\n---\nrules: docs-2025\n",
       {"c:2:1: a second document, or something outside of the first: only one is allowed; check "
        "the indentation"}},
      {"rules: seed-2022\nprobe: {interval: 5m\n", {"c:3:1: a `,` or `}` is missing before this"}},
      {"rules: docs-2026 \xff\n", {"c:1:18: not UTF-8: the byte 0xff"}},
      {"{rules: docs-2027, prob: {}}\r\n",
       {"c:1:9: `rules` has to be docs-2026, docs-2025 or seed-2022, not `docs-2027`",
        "c:1:20: unknown key `prob`, did you mean `probe`?"}},
      {"\xEF\xBB\xBFrules: x\n",
       {"c:1:8: `rules` has to be docs-2026, docs-2025 or seed-2022, not `x`"}},
  });
}

TEST(BadConfig, UnknownKeys) {
  expect_findings({
      {"rule: docs-2025\n", {"c:1:1: unknown key `rule`, did you mean `rules`?"}},
      {"Rules: docs-2025\n", {"c:1:1: unknown key `Rules`, did you mean `rules`?"}},
      {"tenant-files: []\n", {"c:1:1: unknown key `tenant-files`, did you mean `tenant_files`?"}},
      {"tenatns: []\n", {"c:1:1: unknown key `tenatns`, did you mean `tenants`?"}},
      {"colour: red\n",
       {"c:1:1: unknown key `colour`; the keys here are: rules, probe, clouds, limits, tenants, "
        "tenant_files, tenant_urls, collaborations, events, storage, replica"}},
      {"probe: {intervall: 5m}\n", {"c:1:9: unknown key `intervall`, did you mean `interval`?"}},
      {"probe: {stale-after: 5m}\n",
       {"c:1:9: unknown key `stale-after`, did you mean `stale_after`?"}},
      {"probe: {confirmation: 3, zzz: 1}\n",
       {"c:1:9: unknown key `confirmation`, did you mean `confirmations`?",
        "c:1:26: unknown key `zzz`; the keys here are: interval, timeout, confirmations, "
        "confirm_interval, stale_after"}},
      {"clouds: {global: {request_per_second: 3}}\n",
       {"c:1:19: unknown key `request_per_second`, did you mean `requests_per_second`?"}},
      {"clouds: {global: {insecure_skip_verify: true}}\n",
       {"c:1:19: unknown key `insecure_skip_verify`; the keys here are: authority, "
        "requests_per_second, connections, proxy_url, proxy_basic_auth, no_proxy, "
        "proxy_from_environment, tls_config"}},
      {"tenants: [{nmae: contoso.com}]\n",
       {"c:1:11: a tenant needs a `name`", "c:1:12: unknown key `nmae`, did you mean `name`?"}},
      {"tenants: [{name: contoso.com, expects: {b2b: supported}}]\n",
       {"c:1:31: unknown key `expects`, did you mean `expect`?"}},
      {"tenants: [{name: contoso.com, clod: usgov, zone: 5}]\n",
       {"c:1:31: unknown key `clod`, did you mean `cloud`?",
        "c:1:44: unknown key `zone`; the keys here are: name, cloud, tenant_id, expect, labels, "
        "interval, timeout, confirmations, "
        "confirm_interval, stale_after"}},
      {"tenants: [{name: contoso.com, expect: {b2c: supported}}]\n",
       {"c:1:40: unknown key `b2c`, did you mean `b2b`?"}},
      {"events: {sink: []}\n", {"c:1:10: unknown key `sink`, did you mean `sinks`?"}},
      {"events: {sinks: [{name: a, fiel: {path: b}}]}\n",
       {"c:1:18: a sink needs one of `file`, `webhook` and `alertmanager`",
        "c:1:28: unknown key `fiel`, did you mean `file`?"}},
      {"events: {sinks: [{name: a, file: {path: b, owner: me}}]}\n",
       {"c:1:44: unknown key `owner`; the keys here are: path, mode, group"}},
      {"\"a\\nb\": 1\n",
       {"c:1:1: unknown key `a\\x0ab`; the keys here are: rules, probe, clouds, limits, tenants, "
        "tenant_files, tenant_urls, collaborations, events, storage, replica"}},
      {std::string(300, 'k') + ": 1\n",
       {"c:1:1: unknown key `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk...`; "
        "the keys here are: rules, probe, "
        "clouds, limits, tenants, tenant_files, tenant_urls, collaborations, events, storage, "
        "replica"}},
  });
}

TEST(BadConfig, WhatLaterVersionsBring) { expect_findings({}); }

TEST(BadConfig, Probe) {
  expect_findings({
      {"probe: {interval: 15}\n",
       {"c:1:19: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `15`"}},
      {"probe: {interval: 15 minutes}\n",
       {"c:1:19: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `15 "
        "minutes`"}},
      {"probe: {interval: -5m}\n",
       {"c:1:19: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `-5m`"}},
      {"probe: {interval: 0s}\n", {"c:1:19: `interval` has to be more than 0"}},
      {"probe: {interval: 5M}\n",
       {"c:1:19: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `5M`"}},
      {"probe: {interval: 99999999d}\n",
       {"c:1:19: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not "
        "`99999999d`"}},
      {"probe: {interval: [5m]}\n", {"c:1:19: `interval` has to be a duration, not a list"}},
      {"probe: {interval: }\n", {"c:1:9: `interval` has to be a duration, but is empty"}},
      {"probe: {timeout: 0ms, confirm_interval: soon, stale_after: 1h 30m}\n",
       {"c:1:18: `timeout` has to be more than 0",
        "c:1:41: `confirm_interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not "
        "`soon`",
        "c:1:60: `stale_after` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `1h "
        "30m`"}},
      {"probe: {confirmations: 0}\n",
       {"c:1:24: `confirmations` has to be a whole number from 1 to 100, not `0`"}},
      {"probe: {confirmations: 101}\n",
       {"c:1:24: `confirmations` has to be a whole number from 1 to 100, not `101`"}},
      {"probe: {confirmations: \"2\"}\n",
       {"c:1:24: `confirmations` has to be a whole number: write it without quotes"}},
      {"probe: {confirmations: 2.0}\n",
       {"c:1:24: `confirmations` has to be a whole number from 1 to 100, not `2.0`"}},
      {"probe: {confirmations: 0x2}\n",
       {"c:1:24: `confirmations` has to be a whole number from 1 to 100, not `0x2`"}},
      {"probe: {confirmations: two}\n",
       {"c:1:24: `confirmations` has to be a whole number from 1 to 100, not `two`"}},
      {"probe: {confirmations: 99999999999999999999}\n",
       {"c:1:24: `confirmations` has to be a whole number from 1 to 100, not "
        "`99999999999999999999`"}},
      {"probe: {confirmations: ~}\n",
       {"c:1:9: `confirmations` has to be a whole number, but is empty"}},
  });
}

TEST(BadConfig, Clouds) {
  expect_findings({
      {"clouds: []\n", {"c:1:9: `clouds` has to be a map, not a list"}},
      {"clouds: {global: }\n", {"c:1:10: a cloud has to be a map, not nothing"}},
      {"clouds: {globl: {requests_per_second: 5}}\n",
       {"c:1:10: `globl` is no built-in cloud, so it needs an `authority`, did you mean "
        "`global`?"}},
      {"clouds: {mine: {connections: 5}}\n",
       {"c:1:10: `mine` is no built-in cloud, so it needs an `authority`; built in are: global, "
        "usgov, china, germany, bleu, delos, "
        "govsg, usnat, ussec"}},
      {"clouds: {Mine: {authority: \"https://login.example\"}}\n",
       {"c:1:10: a cloud can't be named `Mine`: a name is made of a-z, 0-9, - and _, and begins "
        "with a letter"}},
      {"clouds: {4you: {}}\n",
       {"c:1:10: a cloud can't be named `4you`: a name is made of a-z, 0-9, - and _, and begins "
        "with a letter"}},
      {"clouds: {global: {authority: login.microsoftonline.com}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`login.microsoftonline.com`"}},
      {"clouds: {global: {authority: \"http://login.microsoftonline.com\"}}\n",
       {"c:1:30: `authority` has to begin with https://: `login.microsoftonline.com` is no "
        "loopback address"}},
      {"clouds: {global: {authority: \"http://127.0.0.1.example\"}}\n",
       {"c:1:30: `authority` has to begin with https://: `127.0.0.1.example` is no loopback "
        "address"}},
      {"clouds: {global: {authority: \"http://[::2]:80\"}}\n",
       {"c:1:30: `authority` has to begin with https://: `[::2]` is no loopback address"}},
      {"clouds: {global: {authority: \"ftp://127.0.0.1\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not `ftp://127.0.0.1`"}},
      {"clouds: {global: {authority: \"https://login.example/common\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.example/common`"}},
      {"clouds: {global: {authority: \"https://login.example//\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.example//`"}},
      {"clouds: {global: {authority: \"https://login.example?x\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.example?x`"}},
      {"clouds: {global: {authority: \"https://login.example#x\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.example#x`"}},
      {"clouds: {global: {authority: \"https://me:word@login.example\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://...@login.example`"}},
      {"clouds: {global: {authority: \"https://login.example:0\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.example:0`"}},
      {"clouds: {global: {authority: \"https://login.example:65536\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.example:65536`"}},
      {"clouds: {global: {authority: \"https://:443\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not `https://:443`"}},
      {"clouds: {global: {authority: \"https://login.%65xample\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://login.%65xample`"}},
      {"clouds: {global: {authority: \"https://bücher.example\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not "
        "`https://bücher.example`"}},
      {"clouds: {global: {authority: \"\"}}\n",
       {"c:1:30: `authority` has to be https://HOST or https://HOST:PORT, not ``"}},
      {"clouds: {global: {requests_per_second: 0}}\n",
       {"c:1:40: `requests_per_second` has to be a number from 0.001 to 100000, not `0`"}},
      {"clouds: {global: {requests_per_second: -1}}\n",
       {"c:1:40: `requests_per_second` has to be a number from 0.001 to 100000, not `-1`"}},
      {"clouds: {global: {requests_per_second: nan}}\n",
       {"c:1:40: `requests_per_second` has to be a number from 0.001 to 100000, not `nan`"}},
      {"clouds: {global: {requests_per_second: inf}}\n",
       {"c:1:40: `requests_per_second` has to be a number from 0.001 to 100000, not `inf`"}},
      {"clouds: {global: {requests_per_second: 1e999}}\n",
       {"c:1:40: `requests_per_second` has to be a number from 0.001 to 100000, not `1e999`"}},
      {"clouds: {global: {requests_per_second: 20/s}}\n",
       {"c:1:40: `requests_per_second` has to be a number from 0.001 to 100000, not `20/s`"}},
      {"clouds: {global: {requests_per_second: '20'}}\n",
       {"c:1:40: `requests_per_second` has to be a number: write it without quotes"}},
      {"clouds: {global: {connections: 0}}\n",
       {"c:1:32: `connections` has to be a whole number from 1 to 10000, not `0`"}},
      {"clouds: {global: {proxy_url: proxy:3128}}\n",
       {"c:1:30: `proxy_url` has to be http://HOST:PORT or https://HOST:PORT, not `proxy:3128`"}},
      {"clouds: {global: {proxy_url: \"socks5://proxy:1080\"}}\n",
       {"c:1:30: `proxy_url` has to be http://HOST:PORT or https://HOST:PORT, not "
        "`socks5://proxy:1080`"}},
      {"clouds: {global: {proxy_url: \"http://me:word@proxy:3128\"}}\n",
       {"c:1:30: `proxy_url` has to be http://HOST:PORT or https://HOST:PORT, not "
        "`http://...@proxy:3128`: its login goes to `proxy_basic_auth`"}},
      {"clouds: {global: {ca_file: missing.pem}}\n",
       {"c:1:28: `ca_file` `missing.pem` can't be read: No such file or directory"}},
      {"clouds: {global: {ca_file: .}}\n", {"c:1:28: `ca_file` `` can't be read: it is a folder"}},
      {"clouds: {global: {ca_file: c}}\n",
       {"c:1:28: `ca_file` `c` holds no certificates in PEM form"}},
  });
}

TEST(BadConfig, Tenants) {
  expect_findings({
      {"tenants: [contoso.com]\n", {"c:1:11: a tenant has to be a map, not a single value"}},
      {"tenants:\n  - name: contoso.com\n  -\n", {"c:3:3: a tenant has to be a map, not nothing"}},
      {"tenants: [{}]\n", {"c:1:11: a tenant needs a `name`"}},
      {"tenants:\n  - cloud: usgov\n    interval: 5m\n", {"c:2:5: a tenant needs a `name`"}},
      {"tenants: [{name: }]\n", {"c:1:12: `name` has to be a text, but is empty"}},
      {"tenants: [{name: [contoso.com]}]\n", {"c:1:18: `name` has to be a text, not a list"}},
      {"tenants: [{name: contoso}]\n",
       {"c:1:18: `contoso` can't be a tenant: neither a GUID nor a domain with a dot in it"}},
      {"tenants: [{name: \"https://Contoso.com/a\"}]\n",
       {"c:1:18: a URL is no tenant: write its host, `contoso.com`"}},
      {"tenants: [{name: anna@Contoso.com}]\n",
       {"c:1:18: an e-mail address is no tenant: write its domain, `contoso.com`"}},
      {"tenants: [{name: Common}, {name: organizations}, {name: consumers}]\n",
       {"c:1:18: `Common` can't be a tenant: a pseudo tenant, which stands for no single tenant",
        "c:1:34: `organizations` can't be a tenant: a pseudo tenant, which stands for no single "
        "tenant",
        "c:1:57: `consumers` can't be a tenant: a pseudo tenant, which stands for no single "
        "tenant"}},
      {"tenants: [{name: 9188040d-6c67-4c5b-b112-36a304b66dad}]\n",
       {"c:1:18: `9188040d-6c67-4c5b-b112-36a304b66dad` can't be a tenant: a pseudo tenant, which "
        "stands for no single tenant"}},
      {"tenants: [{name: \"contoso\u00a0.com\"}]\n",
       {"c:1:18: `contoso\\xa0.com` can't be a tenant: a domain is made of letters, digits, "
        "hyphens and dots"}},
      {"probe:\n\u00a0\u00a0interval: 5m\n",
       {"c:1:1: `probe` has to be a map, but is empty",
        "c:2:1: unknown key `\\xa0\\xa0interval`: \\xa0 is a no-break space, which looks like a "
        "space"}},
      {"tenants: [{name: contoso.com@usgov}]\n",
       {"c:1:18: `contoso.com@usgov`: write the name alone, and the cloud to ask as `cloud: "
        "usgov`"}},
      {"tenants: [{name: contoso.com@}]\n",
       {"c:1:18: a name with an `@` at its end can't be a tenant: there is no cloud after the "
        "`@`"}},
      {"tenants: [{name: contoso.com, cloud: usgvo}]\n",
       {"c:1:38: unknown cloud `usgvo`, did you mean `usgov`?"}},
      {"tenants: [{name: contoso.com, cloud: Mars}]\n",
       {"c:1:38: unknown cloud `Mars`; the clouds are: global, usgov, china, germany, bleu, delos, "
        "govsg, usnat, ussec"}},
      {"tenants: [{name: contoso.com, cloud: }]\n",
       {"c:1:31: `cloud` has to be a text, but is empty"}},
      {"tenants: [{name: contoso.com, tenant_id: contoso}]\n",
       {"c:1:42: `tenant_id` has to be a GUID, 8-4-4-4-12 hexadecimal digits, not `contoso`"}},
      {"tenants: [{name: contoso.com, tenant_id: 9188040D-6C67-4C5B-B112-36A304B66DAD}]\n",
       {"c:1:42: `tenant_id` can't be `9188040D-6C67-4C5B-B112-36A304B66DAD`: a pseudo tenant, "
        "which stands for no single tenant"}},
      {"tenants: [{name: contoso.com, expect: supported}]\n",
       {"c:1:39: `expect` has to be a map, not a single value"}},
      {"tenants: [{name: contoso.com, expect: {b2b: Supported, region_scope: }}]\n",
       {"c:1:45: `b2b` has to be supported, not_supported or unknown, not `Supported`",
        "c:1:56: `region_scope` has to be a text, but is empty"}},
      {"tenants: [{name: contoso.com, interval: 0s, timeout: x, confirmations: 0, "
       "confirm_interval: x, stale_after: x}]\n",
       {"c:1:41: `interval` has to be more than 0",
        "c:1:54: `timeout` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `x`",
        "c:1:72: `confirmations` has to be a whole number from 1 to 100, not `0`",
        ("c:1:93: `confirm_interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, "
         "not `x`"),
        ("c:1:109: `stale_after` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not "
         "`x`")}},
      {"tenants: [{name: contoso.com, labels: [team]}]\n",
       {"c:1:39: `labels` has to be a map, not a list"}},
      {"tenants: [{name: contoso.com, labels: {te-am: a, 1st: b, \"\": c, ü: d}}]\n",
       {"c:1:40: a label can't be named `te-am`: a name is made of letters, digits and _, and "
        "begins with no digit",
        "c:1:50: a label can't be named `1st`: a name is made of letters, digits and _, and begins "
        "with no digit",
        "c:1:58: a label can't be named ``: a name is made of letters, digits and _, and begins "
        "with no digit",
        "c:1:65: a label can't be named `ü`: a name is made of letters, digits and _, and begins "
        "with no digit"}},
      {"tenants: [{name: contoso.com, labels: {tenant: a, asked: a, cloud: a, tenant_id: a, job: "
       "a, instance: a, le: a, __x: a}}]\n",
       {"c:1:40: the label name `tenant` is reserved: choose another one",
        "c:1:51: the label name `asked` is reserved: choose another one",
        "c:1:61: the label name `cloud` is reserved: choose another one",
        "c:1:71: the label name `tenant_id` is reserved: choose another one",
        "c:1:85: the label name `job` is reserved: choose another one",
        "c:1:93: the label name `instance` is reserved: choose another one",
        "c:1:106: the label name `le` is reserved: choose another one",
        "c:1:113: the label name `__x` is reserved: choose another one"}},
      {"tenants: [{name: contoso.com, labels: {a: [b], c: , d: \"\\0\"}}]\n",
       {"c:1:43: a label's value has to be a text, not a list",
        "c:1:48: a label's value has to be a text, not nothing",
        "c:1:56: a label's value has to be a text, not one with a NUL character"}},
      {"tenants:\n  - name: contoso.com\n  - name: fabrikam.com\n  - {cloud: usgov, name: "
       "contoso.com}\n  - name: CONTOSO.com\n",
       {"c:5:11: `contoso.com` is there already in the cloud `global`, at c:2:11"}},
      {"tenants:\n  - name: bücher.example\n  - name: xn--bcher-kva.example\n    cloud: global\n",
       {"c:3:11: `xn--bcher-kva.example` is there already in the cloud `global`, at c:2:11"}},
      {"tenants: [{name: contoso.example}, {name: Contoso.example.}]\n",
       {"c:1:43: `contoso.example` is there already in the cloud `global`, at c:1:18"}},
      {"tenants: [{name: contoso.example..}, {name: .}]\n",
       {"c:1:18: `contoso.example..` can't be a tenant: a domain has no empty labels",
        "c:1:45: `.` can't be a tenant: a domain has no empty labels"}},
      {"tenants:\n  - name: F8CDEF31-A31E-4B4A-93E4-5F571E91255A\n  - name: "
       "f8cdef31-a31e-4b4a-93e4-5f571e91255a\n",
       {"c:3:11: `f8cdef31-a31e-4b4a-93e4-5f571e91255a` is there already in the cloud `global`, at "
        "c:2:11"}},
  });
}

TEST(BadConfig, TenantFiles) {
  expect_findings({
      {"tenant_files: tenants.yaml\n",
       {"c:1:15: `tenant_files` has to be a list, not a single value"}},
      {"tenant_files: [[]]\n", {"c:1:16: a tenant file has to be a text, not a list"}},
      {"tenant_files: [missing.yaml, \"\"]\n",
       {"c:1:16: the tenant file `missing.yaml` can't be read: there is no such file",
        "c:1:30: the tenant file `` can't be read: there is no such file"}},
      {"tenant_files: [\"a\\0\"]\n",
       {"c:1:16: a tenant file has to be a text, not one with a NUL character"}},
  });
}

TEST(BadConfig, AllFindingsAtOnceInTheirOrder) {
  const ConfigFolder folder(R"(tenant_files: [b.yaml, a.json, missing.yaml, broken.yaml]
events:
  retention: forever
  sinks: [{name: "a/b", file: {path: x}}]
tenants:
  - {name: contoso.com, cloud: usgvo}
  - {interval: 5}
probe: {interval: 1y, inteval: 5m}
rules: none
)");
  folder.write(
      "b.yaml",
      "- name: fabrikam.com\n- name: contoso.com\n  intervall: 5m\n- name: fabrikam.com\n");
  folder.write(
      "a.json",
      R"([{"name": "contoso.com", "labels": {"😀": "x"}, "cloud": 5}, {"name": "fabrikam.com"}])");
  folder.write("broken.yaml", "- name: [\n");
  const std::vector<std::string> shown_findings = folder.errors();
  const std::vector<std::string> expected{
      ("a.json:1:37: a label can't be named `😀`: a name is made of letters, digits and _, and "
       "begins with no digit"),
      ("a.json:1:57: unknown cloud `5`; the clouds are: global, usgov, china, germany, bleu, "
       "delos, govsg, usnat, ussec"),
      "a.json:1:70: `fabrikam.com` is there already in the cloud `global`, at b.yaml:1:9",
      "b.yaml:3:3: unknown key `intervall`, did you mean `interval`?",
      "b.yaml:4:9: `fabrikam.com` is there already in the cloud `global`, at b.yaml:1:9",
      "broken.yaml:2:1: a `,` or `]` is missing before this",
      "c:1:32: the tenant file `missing.yaml` can't be read: there is no such file",
      ("c:3:14: `retention` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not "
       "`forever`"),
      "c:4:18: a sink can't be named `a/b`: a name is made of letters, digits, - and _",
      "c:6:32: unknown cloud `usgvo`, did you mean `usgov`?",
      "c:7:5: a tenant needs a `name`",
      "c:7:16: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `5`",
      "c:8:19: `interval` has to be a duration such as 200ms, 30s, 15m, 1h30m or 7d, not `1y`",
      "c:8:23: unknown key `inteval`, did you mean `interval`?",
      "c:9:8: `rules` has to be docs-2026, docs-2025 or seed-2022, not `none`",
  };
  EXPECT_EQ(shown_findings, expected);
}

TEST(BadConfig, AFileThatCantBeRead) {
  const ConfigFolder folder("tenant_files: [folder]\n");
  folder.write("folder/x", "");
  EXPECT_EQ(folder.errors(),
            std::vector<std::string>{"folder:1:1: the file can't be read: it is a folder"});
  EXPECT_EQ(folder.shown(folder.load("folder").errors),
            std::vector<std::string>{"folder:1:1: the file can't be read: it is a folder"});
  EXPECT_EQ(
      folder.shown(folder.load("none").errors),
      std::vector<std::string>{"none:1:1: the file can't be read: No such file or directory"});
}

TEST(BadConfig, ATenantFileIsAList) {
  for (const auto& [text, finding] : std::vector<std::pair<std::string, std::string>>{
           {"", "t.yaml:1:1: the list is empty, or has nothing but comments; write [] for none"},
           {"# all gone\n",
            "t.yaml:1:1: the list is empty, or has nothing but comments; write [] for none"},
           {"tenants:\n  - name: contoso.com\n",
            "t.yaml:1:1: a list of tenants has to be a list like `tenants`, of Prometheus' "
            "targets, or of names as CSV; write [] for none"},
           {"- name: contoso.com\n ]", "t.yaml:2:2: a closing bracket without its opening one"}}) {
    const ConfigFolder folder("tenant_files: [t.yaml]\n");
    folder.write("t.yaml", text);
    EXPECT_EQ(folder.errors(), std::vector<std::string>{finding}) << text;
  }
}

TEST(BadConfig, HugeNestingIsRefused) {
  std::string brackets(100'000, '[');
  EXPECT_EQ(ConfigFolder("tenants: " + brackets + std::string(100'000, ']')).errors(),
            std::vector<std::string>{"c:1:73: nested deeper than 64 levels"});
}

}  // namespace
}  // namespace tenantscope
