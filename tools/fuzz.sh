#!/bin/bash
# fuzz.sh SECONDS [TARGET...] -- run the fuzz targets, each for so many seconds.
#
# A target is fuzz/fuzz_NAME.c; its corpus lies in fuzz/corpus/NAME/ and is run first, so that no
# old fault comes back; an optional dictionary in fuzz/NAME.dict. What libFuzzer finds goes to
# build-fuzz/found/NAME-*: after the repair it moves into the corpus. Prints "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} =~ ^[0-9]+$ ]] || {
    sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
seconds=$1
shift

if [ $# -eq 0 ]; then
    mapfile -t files < <(find fuzz -maxdepth 1 -name 'fuzz_*.c' 2>/dev/null | sort)
    for file in ${files[@]+"${files[@]}"}; do
        name=${file##*/fuzz_}
        set -- "$@" "${name%.c}"
    done
fi
[ $# -gt 0 ] || {
    echo "fuzz.sh: there is no fuzz/fuzz_NAME.c"
    echo "0 passed, 1 failed"
    exit 1
}

# All code is compiled for the fuzzer; fuzz/meson.build adds -fsanitize=fuzzer to the targets.
if [ ! -f build-fuzz/build.ninja ]; then
    rm -rf build-fuzz
    CC=clang meson setup build-fuzz -Dfuzz=true --buildtype=debugoptimized -Db_lundef=false \
        -Db_sanitize=address,undefined -Dc_args=-fsanitize=fuzzer-no-link
fi
ninja -C build-fuzz --quiet $(printf 'fuzz/fuzz_%s ' "$@")
mkdir -p build-fuzz/found
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# fuzz_one NAME: the corpus, then new inputs in a folder that is thrown away.
fuzz_one() {
    local program=build-fuzz/fuzz/fuzz_$1 corpus=fuzz/corpus/$1 found options
    options=(-timeout=5 -rss_limit_mb=1024 -max_len=65536 "-artifact_prefix=build-fuzz/found/$1-")
    [ ! -f "fuzz/$1.dict" ] || options+=("-dict=fuzz/$1.dict")
    [ -n "$(find "$corpus" -type f 2>/dev/null | head -n 1)" ] || {
        echo "$1: no corpus in $corpus"
        return 1
    }
    "$program" "${options[@]}" -runs=0 "$corpus" || return 1
    found=$(mktemp -d)
    local status=0
    "$program" "${options[@]}" "-max_total_time=$seconds" "$found" "$corpus" || status=1
    rm -rf "$found"
    return $status
}

# One target for each processor at a time: each still has its seconds to itself.
at_once=$(nproc)
for name in "$@"; do
    while [ "$(jobs -pr | wc -l)" -ge "$at_once" ]; do wait -n || true; done
    {
        rm -f "build-fuzz/$name.good"
        if fuzz_one "$name" >"build-fuzz/$name.log" 2>&1; then touch "build-fuzz/$name.good"; fi
    } &
done
wait

passed=0 failed=0
for name in "$@"; do
    if [ -f "build-fuzz/$name.good" ]; then
        passed=$((passed + 1))
        echo "ok     $name: $(grep -oE '^Done [0-9]+ runs' "build-fuzz/$name.log" | tail -n 1)"
    else
        failed=$((failed + 1))
        echo "not ok $name (build-fuzz/$name.log)"
        tail -n 30 "build-fuzz/$name.log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
