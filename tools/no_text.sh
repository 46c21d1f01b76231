#!/bin/bash
# no_text.sh [FOLDER...] -- sentences belong to the catalogues, names to the operator's files: no
# letter beyond ASCII in a C source, a header or a script of the pages (signs such as arrows and
# dots are no letters). Data files of tests may hold any text; tests in C use \x escapes.
# no_text.sh --self-test -- check the checker.
set -euo pipefail
export LC_ALL=C.UTF-8

# Letters, and the punctuation that only stands in Chinese text.
pattern='[^\x00-\x7F](?<=\p{L})|[\x{3000}-\x{303F}\x{FF01}-\x{FF60}]'

check() { # prints the lines found; 0 when there are none
    ! grep -rnP --include='*.[ch]' --include='*.js' --exclude-dir=node_modules "$pattern" "$@"
}

self_test() {
    local folder failed=0
    folder=$(mktemp -d)
    trap "rm -rf '$folder'" EXIT
    printf '/* a dash \xe2\x80\x93, dots \xe2\x80\xa6, an arrow \xe2\x86\x92 */\n' >"$folder/a.c"
    check "$folder" || failed=1
    printf '/* \xe5\x95\x86 */\n' >"$folder/a.c"
    ! check "$folder" >/dev/null || failed=1
    printf 'say("\xc3\xa9");\n' >"$folder/a.c"
    ! check "$folder" >/dev/null || failed=1
    printf 'var s = "\xe3\x80\x82";\n' >"$folder/a.js" && rm "$folder/a.c"
    ! check "$folder" >/dev/null || failed=1
    [ $failed -eq 0 ] && echo "1 passed, 0 failed" || echo "0 passed, 1 failed"
    return $failed
}

if [ "${1:-}" = --self-test ]; then
    self_test
elif [ $# -gt 0 ]; then
    check "$@"
else
    cd "$(dirname "$0")/.."
    folders=()
    for folder in src tools fuzz bench; do [ ! -d "$folder" ] || folders+=("$folder"); done
    check "${folders[@]}"
fi
