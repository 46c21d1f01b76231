#!/bin/bash
# deb.sh [--test] BUILD [FOLDER] -- make a Debian package of the program that is built in BUILD.
#
# The package goes to FOLDER (BUILD otherwise) as shangliang_VERSION_ARCH.deb. Needs dpkg-dev for
# the list of libraries it depends on. With --test the package is made in a temporary folder, taken
# apart and looked at; that prints "N passed, N failed".
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

testing=
if [ "${1:-}" = --test ]; then
    testing=1
    shift
fi
[ $# -ge 1 ] || {
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
build=$(realpath "$1")
program=$build/$(sed -n 's/^build \([^ :]*shangliang\): c_LINKER.*/\1/p' "$build/build.ninja")
[ -f "$program" ] || {
    echo "deb.sh: $build has no program named shangliang" >&2
    exit 1
}
version=$(grep -oE "(^|[ (])version: *'[^'>]+'" "$root/meson.build" | head -n 1 | cut -d "'" -f 2)
architecture=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=$(realpath "${2:-$build}")
[ -z "$testing" ] || target=$work
package=$target/shangliang_${version}_$architecture.deb
# The same input makes the same package.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 1577836800)}

stage() {
    local tree=$1 doc=usr/share/doc/shangliang
    umask 022
    install -D -m 0755 "$program" "$tree/usr/bin/shangliang"
    strip --strip-unneeded "$tree/usr/bin/shangliang"
    install -D -m 0644 "$here/shangliang.service" "$tree/lib/systemd/system/shangliang.service"
    install -D -m 0644 "$here/shangliang.sysusers" "$tree/usr/lib/sysusers.d/shangliang.conf"
    install -D -m 0644 "$here/copyright" "$tree/$doc/copyright"
    install -D -m 0644 -t "$tree/$doc/examples" "$here/nginx.conf" "$here/Caddyfile"
    install -d "$tree/usr/share/man/man1"
    gzip -9n <"$here/shangliang.1" >"$tree/usr/share/man/man1/shangliang.1.gz"
    [ ! -f "$root/CHANGELOG.md" ] || gzip -9n <"$root/CHANGELOG.md" >"$tree/$doc/changelog.gz"
    install -D -m 0755 "$here/postinst" "$tree/DEBIAN/postinst"
    install -D -m 0755 "$here/prerm" "$tree/DEBIAN/prerm"
}

# The libraries the program is linked with, as package names with versions.
libraries() {
    mkdir -p "$work/debian"
    printf 'Source: shangliang\n\nPackage: shangliang\nArchitecture: any\n' >"$work/debian/control"
    (cd "$work" && dpkg-shlibdeps -O "$work/tree/usr/bin/shangliang" 2>/dev/null) |
        sed -n 's/^shlibs:Depends=//p'
}

control() {
    cat <<END
Package: shangliang
Version: $version
Architecture: $architecture
Section: web
Priority: optional
Maintainer: the authors of Shangliang <shangliang@example.org>
Installed-Size: $(du -k -s --apparent-size "$work/tree" | cut -f 1)
Depends: $(libraries), passwd
Recommends: nginx | caddy | httpd
Suggests: postgresql
Description: consultation platform in one program
 People raise matters, members and departments talk them over online and in
 the room, and every conclusion is followed until it is done, on a record that
 anyone can check. One program with an embedded database; PostgreSQL for more.
END
}

make() {
    stage "$work/tree"
    control >"$work/control"
    install -m 0644 "$work/control" "$work/tree/DEBIAN/control"
    (cd "$work/tree" && find usr lib -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    dpkg-deb --root-owner-group -Zxz --build "$work/tree" "$package" >/dev/null
}

passed=0 failed=0
expect() { # NAME COMMAND...
    local name=$1
    shift
    if "$@" >"$work/out" 2>&1; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "not ok $name"
        head -n 20 "$work/out"
    fi
}

holds() { dpkg-deb -c "$package" | awk '{ print $6 }' | grep -qx "./$1"; }
depends_on() { dpkg-deb -f "$package" Depends | grep -q "$1"; }
owned_by_root() { ! dpkg-deb -c "$package" | grep -v ' root/root '; }
says_help() { "$work/out-tree/usr/bin/shangliang" --help | grep -q .; }
unit_is_right() {
    # The program is looked for where the package was taken apart to.
    sed "s|/usr/bin/shangliang|$work/out-tree/usr/bin/shangliang|" "$here/shangliang.service" \
        >"$work/shangliang.service"
    systemd-analyze verify --man=no "$work/shangliang.service"
}

look() {
    for file in usr/bin/shangliang lib/systemd/system/shangliang.service \
        usr/share/man/man1/shangliang.1.gz usr/share/doc/shangliang/copyright; do
        expect "the package holds $file" holds "$file"
    done
    expect "it depends on the C library" depends_on libc6
    expect "it depends on the HTTP library" depends_on libmicrohttpd
    expect "its files belong to root" owned_by_root
    expect "it comes apart" dpkg-deb -x "$package" "$work/out-tree"
    expect "the program in it runs" says_help
    if command -v systemd-analyze >/dev/null; then expect "its unit is right" unit_is_right; fi
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}

make
if [ -n "$testing" ]; then look; else echo "$package"; fi
