#!/bin/bash
# test -- build Shangliang in every way that matters and test everything.
set -euo pipefail
cd "$(dirname "$0")"
export LC_ALL=C.UTF-8

usage() {
    cat <<'END'
./test               everything; ends in "N passed, N failed"
./test --quick       unit and page tests only, on SQLite
./test --long        everything, minutes of fuzzing, load, and both commands in a bare Debian 12
./test --only WORD   only the steps whose name contains WORD (and the builds they need)
./test --list        the names of the steps
./test --help        this text

What each step printed stands in build-test/STEP.log.
Exit codes: 0 nothing failed; 1 something failed; 2 wrong use.
END
}

extent=full only= list=
while [ $# -gt 0 ]; do
    case $1 in
    --quick) extent=quick ;;
    --long) extent=long ;;
    --list) list=1 ;;
    --only)
        [ $# -gt 1 ] || { echo "test: --only needs a word" >&2 && exit 2; }
        only=$2
        shift
        ;;
    --help | -h)
        usage
        exit 0
        ;;
    *)
        echo "test: unknown option $1 (see ./test --help)" >&2
        exit 2
        ;;
    esac
    shift
done

logs=$PWD/build-test
passed=0 failed=0 skipped=0
failures=()

# ---- steps ----

# step NAME COUNT COMMAND...: run it, count what it tested, print one line.
# COUNT: one -- the command is one test; lines -- it prints "N passed, N failed";
# meson:DIR -- the test log of that build is read; build -- no test, counted only when it fails.
step() {
    local name=$1 count=$2 status=0 begin=$EPOCHREALTIME log p=0 f=0 s=0
    shift 2
    if [ -n "$list" ]; then
        echo "$name"
        return
    fi
    if [ -n "$only" ] && [ "$count" != build ] && [[ $name != *"$only"* ]]; then
        return
    fi
    log=$logs/${name// /-}.log
    "$@" >"$log" 2>&1 </dev/null || status=$?
    case $count in
    one) if [ $status -eq 0 ]; then p=1; else f=1; fi ;;
    lines)
        read -r p f s < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p' \
            "$log" | tail -n 1) || true
        ;;
    meson:*)
        read -r p f s < <(awk -f tests/count.awk "${count#meson:}/meson-logs/testlog.txt") || true
        ;;
    esac
    p=${p:-0} f=${f:-0} s=$((10#${s:-0}))
    # A step that broke without a word, or found nothing to test, has failed.
    if [ $status -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    if [ $status -eq 0 ] && [ "$count" != build ] && [ $((p + f)) -eq 0 ]; then
        echo "The step ran no test." >>"$log"
        f=1
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    [ "$f" -eq 0 ] || failures+=("$name")
    report "$name" "$begin" "$p" "$f" "$s" "$count"
    [ "$f" -eq 0 ]
}

report() {
    local tenths word=ok what
    tenths=$(((${EPOCHREALTIME/[.,]/} - ${2/[.,]/}) / 100000))
    [ "$4" -eq 0 ] || word=FAILED
    what="$3 passed"
    [ "$6" != build ] || what=built
    [ "$4" -eq 0 ] || what="$4 failed, $3 passed"
    [ "$5" -eq 0 ] || what="$what, $5 skipped"
    printf '%-6s %5d.%d s  %-32s %s\n' "$word" $((tenths / 10)) $((tenths % 10)) "$1" "$what"
}

# ---- builds ----

# make_build DIR COMPILER [meson options]: configure once, compile everything that changed.
make_build() {
    local dir=$1 compiler=$2
    shift 2
    if [ ! -f "$dir/build.ninja" ]; then
        rm -rf "$dir"
        CC=$compiler meson setup "$dir" -Dwerror=true "$@" || {
            cat "$dir/meson-logs/meson-log.txt" 2>/dev/null | tail -n 40
            return 1
        }
    fi
    ninja -C "$dir" --quiet
}

program_of() {
    local target
    target=$(sed -n 's/^build \([^ :]*shangliang\): c_LINKER.*/\1/p' "$1/build.ninja" 2>/dev/null)
    [ -n "$target" ] && echo "$PWD/$1/$target"
}

# unit DIR [WRAPPER...]: all tests of a build, wrapped in a command such as tests/pg --.
unit() {
    local dir=$1
    shift
    rm -f "$dir/meson-logs/testlog.txt"
    "$@" meson test -C "$dir" --no-rebuild --print-errorlogs --timeout-multiplier 4
}

with_program() { # BUILD COMMAND...: run with $SHANGLIANG naming the program of that build
    local program
    program=$(program_of "$1") && [ -x "$program" ] || {
        echo "$1 has no program named shangliang"
        return 1
    }
    SHANGLIANG=$program "${@:2}"
}

browser() {
    [ -d tests/browser/node_modules/playwright-core ] &&
        [ tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ] ||
        (cd tests/browser && npm ci --no-progress --loglevel=error)
    node tests/browser/run.mjs "$@"
}

# ---- what is run ----

sanitize="-Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized"
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export CMOCKA_MESSAGE_OUTPUT=STDOUT

quick() {
    step "build" build make_build build-quick gcc --buildtype=debug || return 0
    step "unit and pages" meson:build-quick unit build-quick env -u SHANGLIANG_TEST_PG || true
}

sources() {
    step "format" one tools/check.sh format || true
    step "layers" one tools/check.sh layers || true
    step "no text in the code" one tools/check.sh text || true
    step "sizes of files" one tools/check.sh sizes || true
    step "shell scripts" one tools/check.sh shell || true
    step "catalogues" lines tools/docs.sh catalogues || true
    if step "build clang" build make_build build-clang clang $sanitize; then
        step "clang-tidy" one tools/check.sh tidy || true
        step "cppcheck" one tools/check.sh cppcheck || true
    fi
    step "build gcc" build make_build build-gcc gcc --buildtype=release || true
}

units() {
    if [ -n "$list" ] || [ -f build-gcc/build.ninja ]; then
        step "unit gcc sqlite" meson:build-gcc unit build-gcc env -u SHANGLIANG_TEST_PG || true
        step "unit gcc postgresql" meson:build-gcc unit build-gcc tests/pg -- || true
    fi
    if [ -n "$list" ] || [ -f build-clang/build.ninja ]; then
        step "unit clang sanitizers" meson:build-clang unit build-clang tests/pg -- || true
    fi
}

whole() {
    step "run --check" lines ./run --check || true
    step "documents" lines with_program build-gcc tools/docs.sh documents || true
    step "deb" lines with_program build-gcc packaging/deb.sh --test build-gcc || true
    step "fuzz" lines tools/fuzz.sh "$([ $extent = long ] && echo 180 || echo 5)" || true
    step "browser" lines with_program build-gcc browser || true
}

long() {
    step "load" lines with_program build-gcc bench/run --load || true
    step "bare Debian 12" lines tools/bare.sh || true
}

finish() {
    [ -z "$list" ] || exit 0
    for name in ${failures[@]+"${failures[@]}"}; do
        printf '\n--- %s (build-test/%s.log)\n' "$name" "${name// /-}"
        # Where single checks are named, those that failed; otherwise the end.
        grep -A 5 '^not ok' "$logs/${name// /-}.log" | head -n 60 | grep . ||
            tail -n 40 "$logs/${name// /-}.log"
    done
    printf '\n%d s\n' "$SECONDS"
    if [ $skipped -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ $failed -eq 0 ]
}

mkdir -p "$logs"
if [ -z "$list" ]; then
    if [ $extent = long ]; then
        tools/packages.sh build check unit test long
    elif [ $extent = full ]; then
        tools/packages.sh build check unit test
    else
        # The quick run needs neither the browser nor PostgreSQL.
        tools/packages.sh build unit
    fi
fi
case $extent in
quick) quick ;;
full) sources && units && whole ;;
long) sources && units && whole && long ;;
esac
finish
