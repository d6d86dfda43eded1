#!/usr/bin/env bash
# package_test.sh BINARY SOURCE BUILD: what is in the package.
. "$(dirname "$0")/tools.sh"
build=$3
command -v dpkg-shlibdeps > /dev/null || fail "no dpkg-shlibdeps: run scripts/setup"
make_package "$build" "$work"
deb=$work/first.deb

dpkg-deb -c "$deb" | awk '{print $6}' > "$work/contents"
for file in etc/default/tenantscope etc/logrotate.d/tenantscope etc/tenantscope/tenantscope.yaml usr/lib/systemd/system/tenantscope.{service,socket} usr/bin/tenantscope \
  usr/share/man/man1/tenantscope.1.gz usr/share/man/man5/tenantscope.yaml.5.gz usr/share/bash-completion/completions/tenantscope \
  usr/share/zsh/vendor-completions/_tenantscope usr/share/fish/vendor_completions.d/tenantscope.fish \
  usr/share/doc/tenantscope/{copyright,changelog.gz,changelog.Debian.gz,README.md} \
  usr/share/doc/tenantscope/examples/config/{tenantscope.yaml,rehearsal.yaml,kubernetes/tenantscope.yaml,templates/slack.mustache} \
  usr/share/doc/tenantscope/examples/dashboards/prometheus/daemon.rules.yaml; do
  grep -qxF "./$file" "$work/contents" || fail "not in the package: $file"
done
for page in "$source"/docs/*.md "$source"/docs/runbooks/*.md; do
  grep -qxF "./usr/share/doc/tenantscope/${page#"$source"/}" "$work/contents" || fail "not in the package: $page"
done
dpkg-deb -c "$deb" | grep -v ' root/root ' && fail "not root's"
settings=$(grep '^./etc/.*[^/]$' "$work/contents" | sed 's/^.//' | sort)
[ "$(dpkg-deb -I "$deb" conffiles)" = "$settings" ] || fail "conffiles: $(dpkg-deb -I "$deb" conffiles)"
depends=$(dpkg-deb -f "$deb" Depends)
for package in ca-certificates libc6 libcurl4 libsqlite3-0 libssl3 libsystemd0; do
  grep -qE "(^|, )$package(t64)?( |,|$)" <<< "$depends" || fail "no dependency on $package: $depends"
done

# What is unpacked runs, its pages' links hold, and the configuration that comes with it is good and watches nothing.
dpkg-deb -x "$deb" "$work/unpacked"
broken=$("$source/scripts/links" "$work/unpacked/usr/share/doc/tenantscope") || fail "$broken"
"$(dirname "$0")/hardening_test.sh" "$work/unpacked/usr/bin/tenantscope" "$source" || fail "the packaged program isn't hardened"
"$work/unpacked/usr/bin/tenantscope" --version > /dev/null || fail "the packaged program doesn't run"
findings=$("$work/unpacked/usr/bin/tenantscope" config check "$work/unpacked/etc/tenantscope/tenantscope.yaml") || fail "$findings"
[[ $findings == *": warning: the configuration watches nothing"* && $findings != *$'\n'* ]] || fail "$findings"
grep -qx 'tenants: \[\]' "$work/unpacked/etc/tenantscope/tenantscope.yaml" || fail "the service would watch tenants that nobody named"
# shellcheck source=/dev/null
(. "$work/unpacked/etc/default/tenantscope" && [ -z "$ARGS" ]) || fail "the service has flags that nobody gave"
