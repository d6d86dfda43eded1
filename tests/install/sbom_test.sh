#!/usr/bin/env bash
# sbom_test.sh BINARY SOURCE BUILD: the SBOM has what the program is linked with and what is compiled in, and nothing of the tests'.
. "$(dirname "$0")/tools.sh"
build=$3
export SOURCE_DATE_EPOCH=1700000000
"$source/scripts/sbom" "$build" > "$work/sbom.json" || fail "no SBOM"
"$source/scripts/sbom" "$build" | cmp - "$work/sbom.json" || fail "another SBOM the second time"
"$source/scripts/sbom" "$work" 2> /dev/null && fail "an SBOM of a folder where nothing was built"

python3 - "$work/sbom.json" "$(ldd "$binary" | grep -c '/')" << 'PYTHON' || fail "the SBOM isn't right"
import json, re, sys

sbom = json.load(open(sys.argv[1]))
packages = {package["SPDXID"]: package for package in sbom["packages"]}
assert len(packages) == len(sbom["packages"]), "an SPDXID comes twice"
related = {}
for relation in sbom["relationships"]:
    assert relation["relatedSpdxElement"] in packages, relation
    related.setdefault(relation["relationshipType"], []).append(packages[relation["relatedSpdxElement"]]["name"])
linked, compiled = related["DYNAMIC_LINK"], related["STATIC_LINK"]
assert related["DESCRIBES"] == ["tenantscope"] and re.fullmatch("[0-9a-f]{64}", packages["SPDXRef-tenantscope"]["checksums"][0]["checksumValue"])
assert sbom["creationInfo"]["created"] == "2023-11-14T22:13:20Z", sbom["creationInfo"]
for package in set(packages) - {"SPDXRef-tenantscope"}:
    package = packages[package]
    assert package["versionInfo"] and "@" in package["supplier"] and package["licenseComments"], package
    assert package["externalRefs"][0]["referenceLocator"].startswith("pkg:deb/debian/" + package["name"] + "@"), package
for names, wanted in ((linked, ("libc6", "libcurl4", "libsqlite3-0", "libssl3", "libstdc..6", "libboost-json.*", "libgnutls30")),
                      (compiled, ("libboost.*-dev", "libcli11-dev", "libfmt-dev", "libkainjow-mustache-dev", "libstdc.*-dev"))):
    for name in wanted:
        assert any(re.fullmatch(name + "(t64)?", one) for one in names), f"no {name} in {names}"
assert len(linked) > 0.7 * int(sys.argv[2]), f"{len(linked)} packages for {sys.argv[2]} libraries"
assert not any("gtest" in name for name in linked + compiled), "what tests are compiled with"
PYTHON
