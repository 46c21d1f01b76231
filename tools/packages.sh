#!/bin/bash
# packages.sh GROUP... -- install the Debian packages of these groups that are missing.
#
# Reads packaging/packages.txt. Says which packages it installs; says nothing when all are there
# (one dpkg-query, a few milliseconds). Never upgrades or removes anything: if apt would have to,
# it stops and says so.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

# One line per package wanted: its alternatives, the one to install last.
wanted() {
    awk -v groups=" $* " '!/^#/ && NF >= 2 && index(groups, " " $2 " ") { print $1 }' \
        "$root/packaging/packages.txt"
}

if ! command -v dpkg-query >/dev/null; then
    echo "packages.sh: this is no Debian system; see packaging/packages.txt for what is needed." >&2
    exit 0
fi

mapfile -t lines < <(wanted "$@")
mapfile -t names < <(printf '%s\n' "${lines[@]}" | tr '|' '\n' | grep -v '^cmd:')
declare -A installed=()
while read -r name status; do
    [ "$status" = installed ] && installed[$name]=1
done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${names[@]}" 2>/dev/null || true)

missing=()
for line in "${lines[@]}"; do
    found=
    IFS='|' read -ra choices <<<"$line"
    for choice in "${choices[@]}"; do
        case $choice in
        cmd:*) command -v "${choice#cmd:}" >/dev/null && found=1 ;;
        *) [ -n "${installed[$choice]:-}" ] && found=1 ;;
        esac
    done
    [ -n "$found" ] || missing+=("${choices[-1]}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Installing Debian packages: ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "packages.sh: not root, and no sudo. As root: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
        --no-install-recommends --no-remove --no-upgrade "${missing[@]}" </dev/null >"$log" 2>&1
}
# The package lists may be missing or old; ask for new ones only when the install needs them.
if ! install; then
    "${as_root[@]}" apt-get update -q </dev/null >>"$log" 2>&1 || true
    if ! install; then
        tail -n 20 "$log" >&2
        echo "packages.sh: could not install: ${missing[*]}" >&2
        exit 1
    fi
fi
