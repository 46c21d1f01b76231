#!/bin/bash
# bare.sh [FOLDER] -- both commands, ./run --check and ./test, in a bare Debian 12.
#
# Makes a minimal system with debootstrap in FOLDER (a temporary folder otherwise, removed at the
# end), from the package source this machine itself uses, puts a copy of the repository into it
# and runs both commands there as root. Needs root. Prints "N passed, N failed".
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in
-*)
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
[ "$(id -u)" -eq 0 ] || {
    echo "bare.sh: needs root"
    exit 2
}

system=${1:-$(mktemp -d)}
[ $# -gt 0 ] || trap 'rm -rf "$system"' EXIT
# It becomes the root of a system in which the tests start PostgreSQL as an ordinary user.
chmod 755 "$system"
passed=0 failed=0

# The source is asked of apt, so that no host stands in this repository.
source_uri() {
    apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
        awk '$2 == "bookworm" && $3 == "main" { print $1; exit }'
}

make_system() {
    local uri
    uri=$(source_uri)
    [ -n "$uri" ] || {
        echo "bare.sh: this machine has no source for Debian 12 (bookworm)"
        return 1
    }
    debootstrap --variant=minbase --include=git,ca-certificates bookworm "$system" "$uri" \
        >"$system.log" 2>&1 || {
        tail -n 20 "$system.log"
        return 1
    }
    # How this machine reaches its sources is this machine's affair; the bare one gets the same.
    rm -f "$system/etc/apt/sources.list"
    copy /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d /etc/apt/keyrings \
        /etc/apt/trusted.gpg.d /etc/apt/auth.conf.d /etc/resolv.conf /etc/hosts /etc/npmrc \
        /usr/share/keyrings /etc/ssl/certs/ca-certificates.crt "$HOME/.npmrc"
    # No service may start in there.
    printf '#!/bin/sh\nexit 101\n' >"$system/usr/sbin/policy-rc.d"
    chmod +x "$system/usr/sbin/policy-rc.d"
    mkdir -p "$system/src"
    (cd "$root" && git ls-files -co --exclude-standard -z | tar --null -T - -cf -) |
        tar -xf - -C "$system/src"
}

copy() {
    local path
    for path in "$@"; do
        [ -e "$path" ] || continue
        mkdir -p "$system$(dirname "$path")"
        # Links in the new system lead outside of it: remove them, never write through them.
        cp -aL --remove-destination "$path" "$system$(dirname "$path")/" 2>/dev/null || true
    done
}

# inside COMMAND...: in the system, with its own mounts and processes, which end with it.
inside() {
    unshare --mount --pid --fork --kill-child bash -c '
        set -e
        mount -t proc proc "$0/proc"
        mount --rbind /dev "$0/dev"
        mount -t tmpfs tmpfs "$0/tmp"
        chmod 1777 "$0/tmp"
        exec chroot "$0" /usr/bin/env HOME=/root \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"' "$system" "$@" </dev/null
}

try() {
    local begin=$SECONDS
    if inside bash -c "cd /src && $1"; then
        passed=$((passed + 1))
        echo "ok     $1, $((SECONDS - begin)) s"
    else
        failed=$((failed + 1))
        echo "not ok $1, $((SECONDS - begin)) s"
    fi
}

if make_system; then
    try "./run --check"
    try "./test"
else
    failed=1
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
