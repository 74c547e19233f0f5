# SPDX-License-Identifier: Apache-2.0
# Bootstrap Debian root directories from a mirror, for images and for engines of other releases.
# shellcheck shell=bash

# own_mirrors SUITE: the Debian mirrors that this machine's apt uses, as lines of sources.list. They are known to work
# here. If the machine runs another release of Debian, its mirror serves ours too. Ubuntu prints nothing: mmdebstrap then
# uses its default mirror.
own_mirrors()
{
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format \
        '$(ORIGIN) $(CODENAME) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk -v suite="$1" '
            $1 != "Debian" { next }
            $2 == suite || index($2, suite "-") == 1 { if (!seen[$0]++) print "deb", $3, $4, $5; found = 1 }
            $2 !~ /-/ && $5 == "main" && other == "" { other = $3 }
            END { if (!found && other != "") print "deb", other, suite, "main" }'
}

# bootstrap SUITE TARGET FORMAT VARIANT PACKAGES [MMDEBSTRAP-OPTION...]: TARGET appears when it is complete
bootstrap()
{
    local suite=$1 target=$2 format=$3 variant=$4 packages=$5 mirrors
    local -a from=()
    shift 5
    mkdir -p "$(dirname "$target")"
    mirrors=$(own_mirrors "$suite")
    [ -z "$mirrors" ] || from=("-")
    as_root rm -rf "$target.new"
    if ! printf '%s\n' "$mirrors" | as_root mmdebstrap --format="$format" --variant="$variant" \
        --include="$packages" --aptopt='APT::Install-Recommends "false"' "$@" "$suite" "$target.new" "${from[@]}" \
        >"$target.log" 2>&1; then
        tail -n 20 "$target.log" >&2
        die "mmdebstrap could not make $target; its last lines are above"
    fi
    as_root mv -T "$target.new" "$target"
}
