#!/usr/bin/env bash
# man_test.sh BINARY SOURCE: the man pages are well-formed, and no command, flag or key of the configuration is missing in them.
. "$(dirname "$0")/tools.sh"
mandoc=$(find_tool mandoc)
[ -n "$mandoc" ] || fail "no mandoc: run scripts/setup --tests"
command_page=$source/docs/man/tenantscope.1
file_page=$source/docs/man/tenantscope.yaml.5

# It also tells of pages that aren't on this machine.
findings=$("$mandoc" -T lint -W style "$command_page" "$file_page" 2>&1 | grep -v 'mandoc.db\|referenced manual not found' || true)
[ -z "$findings" ] || fail "$findings"
if command -v man >/dev/null && command -v groff >/dev/null; then
  for page in "$command_page" "$file_page"; do
    warnings=$(LC_ALL=C.UTF-8 man --warnings --local-file "$page" 2>&1 >/dev/null)
    [ -z "$warnings" ] || fail "$page: $warnings"
  done
fi

text_of() { "$mandoc" -T utf8 -O width=200 "$1" | sed 's/.\x08//g'; }
has() { grep -qE -- "(^|[^[:alnum:]._-])$1\\.?([^[:alnum:]._-]|$)"; }
text_of "$command_page" > "$work/command"
text_of "$file_page" > "$work/file"

while read -ra words; do
  for command in $(commands_of "${words[@]}"); do
    has "${words[*]:+${words[*]} }$command" < "$work/command" || fail "tenantscope(1) lacks the command ${words[*]} $command"
  done
  for flag in $(flags_of "${words[@]}"); do
    has "$flag" < "$work/command" || fail "tenantscope(1) lacks $flag of tenantscope ${words[*]}"
  done
done < <(all_commands)

# Each map gets a key that there isn't: the findings tell those that there are.
cat > "$work/unknown.yaml" <<'YAML'
no_such_key_anywhere: 1
probe: {no_such_key_anywhere: 1}
clouds: {global: {no_such_key_anywhere: 1}}
tenants: [{name: a.example, no_such_key_anywhere: 1, expect: {no_such_key_anywhere: 1}}]
collaborations: [{name: a, hosts: [a.example], guests: [b.example], no_such_key_anywhere: 1}]
events:
  no_such_key_anywhere: 1
  severity: {no_such_key_anywhere: 1}
  sinks:
    - {name: a, no_such_key_anywhere: 1, match: {no_such_key_anywhere: 1}, file: {path: a, no_such_key_anywhere: 1}}
    - {name: b, webhook: {url: "https://a.example", no_such_key_anywhere: 1, basic_auth: {no_such_key_anywhere: 1}}}
    - {name: c, alertmanager: {urls: ["https://a.example"], no_such_key_anywhere: 1}}
YAML
cat > "$work/unknown_http.yaml" <<'YAML'
tenants: [{name: a.example}]
tenant_urls: [{url: "https://a.example", no_such_key_anywhere: 1, oauth2: {no_such_key_anywhere: 1}}]
events:
  sinks:
    - name: a
      webhook:
        url: "https://a.example"
        proxy_basic_auth: {no_such_key_anywhere: 1}
        tls_config: {no_such_key_anywhere: 1}
        authorization: {no_such_key_anywhere: 1}
        http_headers: {X-Team: {no_such_key_anywhere: 1}}
YAML
for unknown in "$work"/unknown*.yaml; do
  "$binary" config check "$unknown" > "$work/findings" || true
  asked=$(grep -o no_such_key_anywhere "$unknown" | wc -l)
  told=$(grep -c 'the keys here are: ' "$work/findings" || true)
  [ "$told" = "$asked" ] || fail "the keys of $told maps are known, not of $asked: $(cat "$work/findings")"
  for key in $(sed -n 's/.*the keys here are: //p' "$work/findings" | tr -d ,); do
    has "$key" < "$work/file" || fail "tenantscope.yaml(5) lacks $key"
  done
done

# Its example is a good one.
sed -n '/^EXAMPLES/,/^     The service/s/^           //p' "$work/file" > "$work/example.yaml"
echo whsec_dGhpcyBpcyBhIHRlc3QsIG5vdCBhIHNlY3JldCBhdCBhbGw= > "$work/soc.key"
mkdir "$work/tenants.d" && echo '[]' > "$work/tenants.d/more.yaml"
findings=$("$binary" config check "$work/example.yaml") || fail "the example of tenantscope.yaml(5): $findings"
unwanted=$(grep -v ': hint: ' <<<"$findings" || true)
[[ -s $work/example.yaml && -z $unwanted ]] || fail "the example of tenantscope.yaml(5): $findings"
