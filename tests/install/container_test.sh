#!/usr/bin/env bash
# container_test.sh BINARY SOURCE: what the image consists of runs as the image's user on a read-only root, without a shell: probes
# over TLS, commits, serves, stops. Not shown: that an engine builds and runs the image.
. "$(dirname "$0")/tools.sh"
[ "$(id -u)" = 0 ] || skip "name spaces aren't permitted: only root may change the root"
unshare --mount true 2>/dev/null || skip "name spaces aren't permitted"
[ -r /etc/ssl/certs/ca-certificates.crt ] || fail "no ca-certificates: run scripts/setup"
image=$work/image
mkdir -p "$work/source/config" "$work/source/build" "$work/source/scripts"
cp -r "$source/config/container" "$work/source/config"
cp -r "$source/scripts/debian" "$work/source/scripts"
ln -s "$binary" "$work/source/build/tenantscope"
"$work/source/config/container/root" "$image"
[ -z "$(find "$image" -name '*sh' -type f)" ] || fail "a shell: $(find "$image" -name '*sh' -type f)"

"$binary" simulate --scenario="$source/config/rehearsal-scenario.yaml" --listen-address=127.0.0.1:0 \
  --tls.directory="$work/tls" 2> "$work/simulate" &
simulator=$!
daemon=
end() {
  kill "$simulator" "$daemon" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
await() {  # FILE PATTERN: a line comes that has it
  for ((i = 0; i < 300; i++)); do
    grep -q -- "$2" "$1" 2>/dev/null && return
    sleep 0.1
  done
  fail "no $2 in: $(cat "$1")"
}
await "$work/simulate" listening
port=$(sed -n 's/.*address=127.0.0.1:\([0-9]*\).*/\1/p' "$work/simulate")
# An authority that the image's own bundle has, and no variable of this shell's names.
cat "$work/tls/ca.pem" >> "$image/etc/ssl/certs/ca-certificates.crt"
unset SSL_CERT_FILE SSL_CERT_DIR
cat > "$image/etc/tenantscope/tenantscope.yaml" <<YAML
clouds: {global: {authority: "https://localhost:$port"}}
tenants: [{name: agency.example}]
events: {sinks: [{name: audit, file: {path: events.jsonl}}]}
YAML
cp /etc/hosts "$image/etc/hosts"

# The engine's part: a read-only root with the volume in it, and the user of the image without any capability.
# shellcheck disable=SC2016  # the inner shell expands it
unshare --mount --propagation private -- bash -c '
  mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -t proc proc "$0/proc" &&
  mount -t tmpfs -o mode=700,uid=65532,gid=65532 tmpfs "$0/var/lib/tenantscope" &&
  exec setpriv --no-new-privs chroot --userspec=65532:65532 "$0" /usr/bin/tenantscope serve --web.listen-address=127.0.0.1:0 \
    --config.file=/etc/tenantscope/tenantscope.yaml --storage.path=/var/lib/tenantscope' "$image" 2> "$work/serve" &
daemon=$!
await "$work/serve" 'tenant seen first'
await "$work/serve" started
for line in 'Uid:	65532	65532	65532	65532' 'CapEff:	0000000000000000' 'NoNewPrivs:	1'; do
  grep -q "^$line" /proc/$daemon/status || fail "not in the daemon's status: $line"
done
address=$(sed -n 's/.*msg="listening" address=\([^ ]*\).*/\1/p' "$work/serve")
"$binary" events --url="http://$address" | grep -q 'agency.example@global: baseline' || fail "no event in the journal"
kill -TERM $daemon
code=0
wait $daemon || code=$?
daemon=
[ $code = 0 ] || fail "stopped with $code: $(cat "$work/serve")"
