#!/usr/bin/env bash
# machine_test.sh BINARY SOURCE BUILD: a machine with systemd, a copy of this one, installs the package, and its daemon works in the sandbox
# of its unit: probes over TLS, commits, serves, reloads, feeds the watchdog, stops, is upgraded and purged.
. "$(dirname "$0")/tools.sh"
build=$3
[ -x /lib/systemd/systemd ] || skip "no systemd to boot"
command -v dpkg-shlibdeps >/dev/null || fail "no dpkg-shlibdeps: run scripts/setup"
make_package "$build" "$work"
cp "$source/tests/install/machine_boot.sh" "$work"
printf 'tenants:\n  - {name: agency.example, cloud: usgov, region_scope: USG}\n' > "$work/scenario.yaml"
cat > "$work/configured.yaml" <<'YAML'
probe: {interval: 1s, timeout: 5s, confirm_interval: 100ms}
clouds: {global: {authority: "https://localhost:8443", tls_config: {ca_file: ca.pem}}}
tenants: [{name: agency.example}]
events:
  sinks:
    - {name: audit, file: {path: events.jsonl}}
    - {name: shipper, file: {path: /var/log/tenantscope/events.jsonl, mode: 0640}}
    - {name: soc, match: {severities: [critical]}, webhook: {url: "https://localhost:1/", secret_files: [soc.key]}}
YAML

"$source/tests/install/in_root.sh" "$work" /bin/bash /test/machine_boot.sh > "$work/console" 2>&1 &
launcher=$!
child_of() { awk '{print $1}' "/proc/$1/task/$1/children" 2>/dev/null; }
init=
on_machine() {
  nsenter --target "$init" --mount --pid --net --ipc --uts --cgroup --root --wd -- \
    /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb "$@"
}
end() {
  [ -z "$init" ] || kill -KILL "$init" 2>/dev/null || true
  wait "$launcher" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  [ -z "$init" ] || on_machine journalctl --no-pager --output=cat --unit=tenantscope.service --lines=40 >&2 || true
  exit 1
}

eventually() {  # COMMAND...: comes to succeed within 30 s
  local end=$((SECONDS + 30))
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || fail "never came to be: $*"
    sleep 0.1
  done
}
launched() { init=$(child_of "$(child_of $launcher)"); [ -n "$init" ] || ! kill -0 $launcher 2>/dev/null; }
eventually launched
if [ -z "$init" ]; then
  code=0
  wait $launcher || code=$?
  cat "$work/console" >&2
  exit $code
fi
booted() { on_machine test -S /run/systemd/private && on_machine systemctl is-active test.target; }
eventually booted

state() { on_machine systemctl show --property="$1" --value tenantscope.service; }
is() { [ "$(state "$1")" = "$2" ] || fail "$1 is $(state "$1"), not $2${3:+: $3}"; }
becomes() { eventually eval "[ \"\$(state $1)\" = '$2' ]"; }
logged() { on_machine journalctl --no-pager --output=cat --unit=tenantscope.service | grep -qF -- "$1"; }
# shellcheck disable=SC2016  # the machine's shell expands it
get() { on_machine bash -c 'exec 3<>/dev/tcp/127.0.0.1/10944; printf "GET $0 HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3; cat <&3' "$1"; }
shows() { get /metrics | grep -qE -- "$1"; }
journal_has() { on_machine tenantscope events --storage.path=/var/lib/tenantscope | grep -qF -- "$1"; }

package() {  # FLAGS...: what dpkg is told to do
  on_machine dpkg "$@" < /dev/null > "$work/dpkg" 2>&1 || fail "dpkg $*: $(cat "$work/dpkg")"
}

# Installed, it runs and asks nobody.
package -i /test/first.deb
is ActiveState active
is UnitFileState enabled
eventually shows '^tenantscope_tenants 0$'

# The sandbox is there.
pid=$(state MainPID)
on_machine cat "/proc/$pid/status" > "$work/status"
for line in 'Seccomp:	2' 'NoNewPrivs:	1' 'CapBnd:	0000000000000000' 'CapEff:	0000000000000000'; do
  grep -q "^$line" "$work/status" || fail "not in the daemon's status: $line"
done
grep -q '^Uid:	0' "$work/status" && fail "the daemon runs as root"
[ "$(on_machine stat -c %a /var/lib/private/tenantscope)" = 700 ] || fail "others may see the storage"
# It knows since when it runs, though it doesn't see /proc/stat.
started=$(get /metrics | sed -n 's/^process_start_time_seconds //p' | cut -d . -f 1)
[[ $started -gt $(($(date +%s) - 3600)) && $started -le $(date +%s) ]] || fail "started at $started?"

# A secret that isn't handed over is a bad configuration: no restart loop.
on_machine systemd-run --quiet --unit=authority \
  tenantscope simulate --scenario=/test/scenario.yaml --listen-address=127.0.0.1:8443 --tls.directory=/test/tls
eventually test -s "$work/tls/ca.pem"
on_machine mkdir -p /etc/tenantscope/secrets /etc/systemd/system/tenantscope.service.d
on_machine cp /test/tls/ca.pem /etc/tenantscope/ca.pem
on_machine cp /test/configured.yaml /etc/tenantscope/tenantscope.yaml
on_machine systemctl restart tenantscope 2> /dev/null && fail "started without its secret"
becomes ActiveState failed
is ExecMainStatus 78
is NRestarts 0
echo whsec_dGhpcyBpcyBhIHRlc3QsIG5vdCBhIHNlY3JldCBhdCBhbGw= > "$work/soc.key"
on_machine install -m 600 /test/soc.key /etc/tenantscope/secrets
cat > "$work/override.conf" <<'UNIT'
[Service]
LoadCredential=soc.key:/etc/tenantscope/secrets/soc.key
LoadCredential=web.key:/test/tls/server.key
SupplementaryGroups=adm
ReadWritePaths=/var/log/tenantscope
WatchdogSec=2s
UNIT
on_machine install -d -g adm -m 2770 /var/log/tenantscope
on_machine cp /test/override.conf /etc/systemd/system/tenantscope.service.d
on_machine systemctl daemon-reload
on_machine systemctl restart tenantscope || fail "doesn't start with its secret"

# It resolves, probes over TLS, commits and appends to its file; a change is seen and told.
eventually journal_has 'agency.example@global: baseline: Azure Government, region scope USG'
{
  printf 'PUT /control/tenants/agency.example HTTP/1.0\r\nHost: localhost\r\nContent-Length: 25\r\n\r\n'
  printf '{"region_scope": "USGov"}\n'
} > "$work/flip"
on_machine bash -c 'openssl s_client -quiet -connect localhost:8443 -servername localhost < /test/flip' > "$work/flipped" 2>&1 || true
grep -q ' 200 ' "$work/flipped" || fail "the authority: $(cat "$work/flipped")"
eventually journal_has 'region scope USG -> USGov'
eventually on_machine grep -q '"to":"USGov"' /var/lib/private/tenantscope/events.jsonl
# A log shipper's folder, as docs/operating.md has it.
eventually on_machine grep -q '"to":"USGov"' /var/log/tenantscope/events.jsonl
[ "$(on_machine stat -c '%a %G' /var/log/tenantscope/events.jsonl)" = '640 adm' ] || fail "$(on_machine stat /var/log/tenantscope/events.jsonl)"
logged "event file isn't for whom it should be" && fail "the shipper's file has another mode"
shows '^tenantscope_tenant_up\{tenant="agency.example",asked="global"\} 1$' || fail "not up: $(get /metrics | grep _tenant_)"
on_machine tenantscope drill --storage.path=/var/lib/tenantscope --tenant=agency.example --to=USG > /dev/null ||
  fail "the control socket doesn't answer"

# The watchdog is fed, again and again.
is WatchdogUSec 2s
fed() { [ "$(state WatchdogTimestampMonotonic)" != "$before" ]; }
for _ in 1 2 3; do
  before=$(state WatchdogTimestampMonotonic)
  eventually fed
done

on_machine systemctl reload tenantscope || fail "no reload"
eventually logged 'configuration reloaded'
is ActiveState active
is NRestarts 0 "it was killed"

# TLS, its key handed over as well, and a login: a password is checked.
cat > "$work/web.yaml" <<'YAML'
tls_server_config: {cert_file: web.pem, key_file: web.key}
basic_auth_users: {prometheus: $2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi}
YAML
on_machine cp /test/web.yaml /etc/tenantscope/web.yaml
on_machine cp /test/tls/server.pem /etc/tenantscope/web.pem
on_machine sed -i 's,^ARGS=.*,ARGS="--web.config.file=/etc/tenantscope/web.yaml",' /etc/default/tenantscope
on_machine systemctl restart tenantscope || fail "no restart with a web configuration"
answer_to() {  # NAME:PASSWORD: the first line of the answer
  printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\nAuthorization: Basic %s\r\n\r\n' \
    "$(printf %s "$1" | openssl base64)" > "$work/request"
  on_machine bash -c 'openssl s_client -quiet -connect localhost:10944 < /test/request 2>/dev/null' | head -1
}
eventually eval 'answer_to prometheus:fakepassword | grep -q " 200 "'
answer_to prometheus:wrong | grep -q ' 401 ' || fail "a wrong password: $(answer_to prometheus:wrong)"
on_machine sed -i 's/^ARGS=.*/ARGS=""/' /etc/default/tenantscope
on_machine systemctl restart tenantscope

# By the socket, which is there before the daemon.
on_machine sed -i 's/^ARGS=.*/ARGS="--web.systemd-socket"/' /etc/default/tenantscope
on_machine systemctl stop tenantscope
on_machine systemctl start tenantscope.socket
is ActiveState inactive
eventually shows '^tenantscope_tenants 1$'
is ActiveState active
on_machine systemctl restart tenantscope || fail "no restart with the socket"
on_machine systemctl stop tenantscope.socket
on_machine sed -i 's/^ARGS=.*/ARGS=""/' /etc/default/tenantscope
on_machine systemctl restart tenantscope

# An upgrade whose program refuses the configuration says why, and leaves the daemon alone that runs.
before=$(state MainPID)
on_machine sed -i 's/^probe:/no_such_key: 1\nprobe:/' /etc/tenantscope/tenantscope.yaml
package -i /test/second.deb
for line in '/etc/tenantscope/tenantscope.yaml:1:1: unknown key' \
  'the new tenantscope refuses this, so the old one runs on: mend it, then systemctl restart tenantscope'; do
  grep -qF "$line" "$work/dpkg" || fail "the upgrade didn't say: $line: $(cat "$work/dpkg")"
done
grep -q 'the secret' "$work/dpkg" && fail "the upgrade missed a secret that was handed over: $(cat "$work/dpkg")"
is ActiveState active
[ "$(state MainPID)" = "$before" ] || fail "the upgrade stopped the daemon"
on_machine dpkg-query --status tenantscope | grep -q '^Status: install ok installed' || fail "not installed"
shows '^tenantscope_tenants 1$' || fail "the old daemon doesn't answer"
on_machine cp /test/configured.yaml /etc/tenantscope/tenantscope.yaml
on_machine systemctl restart tenantscope || fail "no restart once the configuration is mended"

# Nor does one stop it that refuses a flag.
before=$(state MainPID)
on_machine sed -i 's/^ARGS=.*/ARGS="--log.level=info --no-such-flag"/' /etc/default/tenantscope
package -i /test/second.deb
grep -qF -- --no-such-flag "$work/dpkg" || fail "the upgrade didn't say which flag: $(cat "$work/dpkg")"
[ "$(state MainPID)" = "$before" ] || fail "the upgrade stopped the daemon, whose flags it refuses"
on_machine sed -i 's/^ARGS=.*/ARGS="--log.level=info --log.format=logfmt"/' /etc/default/tenantscope

# An upgrade asks nothing where only the admin's file differs from the old default, keeps it where the default has changed too, and
# goes on with a new process.
before=$(state MainPID)
package -i /test/second.deb
is ActiveState active
[ "$(state MainPID)" != "$before" ] || fail "the old daemon runs on after the upgrade"
kept() { on_machine cmp -s /test/configured.yaml /etc/tenantscope/tenantscope.yaml; }
kept || fail "the upgrade took the admin's configuration"
package --force-confold -i /test/third.deb
kept || fail "the upgrade with a new default took the admin's configuration"
on_machine grep -q 'a new default' /etc/tenantscope/tenantscope.yaml.dpkg-dist || fail "the new default isn't beside the admin's file"
eventually shows '^tenantscope_tenants 1$'
journal_has 'region scope USG -> USGov' || fail "the upgrade lost the journal"

# Disabled by the admin, it stays so over an upgrade.
on_machine systemctl stop tenantscope
is Result success
is ExecMainStatus 0
on_machine systemctl disable --quiet tenantscope
package -i /test/third.deb
is UnitFileState disabled
is ActiveState inactive

# Removed, configuration and journal stay; purged, nothing does.
on_machine systemctl start tenantscope
pid=$(state MainPID)
package --remove tenantscope
on_machine test -e "/proc/$pid/exe" && fail "the daemon runs on after the removal"
on_machine test -s /etc/tenantscope/tenantscope.yaml || fail "the removal took the configuration"
on_machine test -s /var/lib/private/tenantscope/tenantscope.db || fail "the removal took the journal"
on_machine rm -r /var/log/tenantscope /etc/systemd/system/tenantscope.service.d /etc/tenantscope/{secrets,ca.pem,web.pem,web.yaml}  # the admin's own
package --purge tenantscope
left=$(on_machine find /etc /usr /var /lib -xdev -name '*tenantscope*' -not -path '/var/cache/*' -cnewer /test/first.deb)
[ -z "$left" ] || fail "the purge left $left"
