#!/usr/bin/env bash
# units_test.sh BINARY SOURCE: systemd-analyze finds no fault in the units, and the service hardened to 1.1 at most.
. "$(dirname "$0")/tools.sh"
analyze=$(find_tool systemd-analyze)
[ -n "$analyze" ] || fail "no systemd-analyze: run scripts/setup --tests"
analyze() { LD_LIBRARY_PATH=$libraries:$libraries/systemd "$analyze" "$@"; }
service=$source/systemd/tenantscope.service

analyze security --offline=true --threshold=11 "$service" > "$work/security" || fail "$(tail -1 "$work/security")"
# What is left of it is explained.
sed 's,\\|,|,g' "$source/docs/hardening.md" > "$work/explained"
grep -c '^✗' "$work/security" > /dev/null || fail "no item is left: $(cat "$work/security")"
while read -r _ item rest; do
  grep -qF -- "| \`$item\` | ${rest##* } |" "$work/explained" || fail "docs/hardening.md doesn't explain $item with its ${rest##* } points"
done < <(grep '^✗' "$work/security" | sed 's/ *$//')

# In an image of their own, with the program where the package puts it and systemd's own units beside them.
units=$tools/lib/systemd/system
[ -e "$units/sysinit.target" ] || units=/lib/systemd/system
mkdir -p "$work"/image/{etc,usr/bin,usr/lib/systemd/system}
ln -s usr/bin usr/lib "$work/image"
cp "$units"/*.target "$units"/*.slice "$units"/*.mount "$work/image/lib/systemd/system" 2>/dev/null || true
cp "$service" "$source/systemd/tenantscope.socket" "$work/image/lib/systemd/system"
install -m 755 /dev/null "$work/image/usr/bin/tenantscope"
install -m 755 /dev/null "$work/image/bin/kill"
findings=$(analyze verify --root="$work/image" --man=no tenantscope.service tenantscope.socket 2>&1) || fail "$findings"
[ -z "$findings" ] || fail "$findings"

# What the daemon and its contract need, whatever the score says.
# shellcheck disable=SC2016  # systemd expands it
for line in Type=notify WatchdogSec=60s DynamicUser=yes StateDirectory=tenantscope 'RestartPreventExitStatus=2 78' \
  'ExecReload=/bin/kill -HUP $MAINPID'; do
  grep -qxF -- "$line" "$service" || fail "the service lacks $line"
done
grep -q notify-reload "$service" && fail "systemd 252 has no notify-reload"
# Each flag that the service and its defaults name is one.
while read -r flag; do
  case $flag in --now) continue ;; esac
  "$binary" serve --help | grep -qE -- "^  $flag( |$)" || fail "no flag of tenantscope serve: $flag"
done < <(cd "$source/systemd" && grep -ohE -- '--[a-z.-]+' "$service" tenantscope.default \
  tenantscope.socket | sort -u)
