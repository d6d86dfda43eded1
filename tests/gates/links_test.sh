#!/usr/bin/env bash
# links_test.sh SOURCE: scripts/links finds what is planted in a copy of the pages, each fault at its place, and nothing else.
set -euo pipefail
source=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

copy=$work/copy
mkdir -p "$copy/dashboards" "$work/empty"
cp -R "$source"/*.md "$source/docs" "$copy"
cp -R "$source/dashboards/prometheus" "$copy/dashboards"
"$source/scripts/links" "$copy" || fail "there are faults that weren't planted"

# plant FILE WHAT LINE...: the lines go to the end of FILE; WHAT is wrong with the last one.
plant() {
  local file=$1 what=$2
  shift 2
  printf '%s\n' "" "$@" >> "$copy/$file"
  echo "$file:$(wc -l < "$copy/$file"): $what" >> "$work/planted"
}
plant README.md "no such file: docs/gone.md" '[gone](docs/gone.md)'
plant README.md "no such file: docs/gone.svg" '![gone](docs/gone.svg "a picture")'
plant README.md "no such file: gone.html" "<a href='gone.html'>gone</a>"
plant README.md "no such file: ../planted" '[there, but outside](../planted)'
plant README.md "no such anchor: docs/alerts.md#gone" '[gone](docs/alerts.md#gone)'
plant docs/alerts.md "no such anchor: #twice-2" '# Twice' '# *Twice*' '[one](#twice) [two](#twice-1) [three](#twice-2)'
plant docs/alerts.md "no such file: gone.md" '[gone]: gone.md'
plant docs/metrics.md "no such reference: gone" '[a page][gone]'
plant docs/runbooks/README.md "not an address: https:/one.example" '[good](https://one.example/) <https://two.example> [bad](https:/one.example)'
# shellcheck disable=SC2016  # these backticks are Markdown's
plant docs/runbooks/README.md "no such file: gone.md" '`[code](gone.md)` <!-- [comment](gone.md) -->' '```' '' '[code](gone.md)' '```' '[gone](gone.md)'
plant dashboards/prometheus/tenants.rules.yaml "no such file: docs/runbooks/Gone.md" '          runbook_url: docs/runbooks/Gone.md'

if "$source/scripts/links" "$copy" > "$work/found"; then fail "nothing is found"; fi
diff <(sort "$work/planted") <(sort "$work/found") || fail "< was planted, > was found"
if "$source/scripts/links" "$work/empty"; then fail "a folder without pages is a good one"; fi
echo "links: $(wc -l < "$work/planted") planted faults, each found"
