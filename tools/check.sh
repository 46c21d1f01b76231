#!/bin/bash
# check.sh [PART...] -- everything about the sources that needs no run of the program.
#
# Parts: format layers text sizes shell tidy cppcheck. All of them without arguments.
# tidy and cppcheck read BUILD/compile_commands.json and what the build generated; BUILD is
# build-clang, or $CHECK_BUILD. With CHECK_PATHS=all the analyzer goes as far as it can. Prints what
# is wrong; exit 0 when nothing is.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
build=${CHECK_BUILD:-build-clang}

sources() {
    find . -name '*.[ch]' -not -path './build*' -not -path '*/node_modules/*' -not -path './demo/*' |
        sed 's|^\./||' | sort
}

check_format() { sources | xargs -r clang-format --dry-run -Werror; }

check_layers() { tools/layers.sh --self-test && tools/layers.sh; }

check_text() { tools/no_text.sh --self-test && tools/no_text.sh; }

# A file one can read in one sitting; tables and tests may be longer.
check_sizes() {
    sources | grep -v '_test\.c$' | xargs -r wc -l |
        awk '$2 != "total" && $1 > 500 { print $2 ": " $1 " lines; 500 are the limit"; wrong = 1 }
             END { exit wrong }'
}

# Shell scripts parse, stop at the first failure (or, where they count failures themselves, at least at a
# misspelt variable), and say what they are.
check_shell() {
    local file wrong=0
    while read -r file; do
        bash -n "$file" || wrong=1
        grep -qE '^set -(euo pipefail|u)$' "$file" || {
            echo "$file: neither 'set -euo pipefail' nor 'set -u'"
            wrong=1
        }
        sed -n 2p "$file" | grep -q '^# ' || {
            echo "$file: the second line does not say what it is"
            wrong=1
        }
    done < <(grep -rlIE --exclude-dir=node_modules --exclude-dir=.git --exclude-dir='build*' \
        --exclude-dir=demo '^#!/bin/bash' . || true)
    return $wrong
}

needs_build() {
    [ -f "$build/compile_commands.json" ] || {
        echo "check.sh: no $build/compile_commands.json: build it first (CC=clang meson setup $build)"
        return 1
    }
}

# The analyzer, which follows each path through a function, takes nearly all of the time. Of each
# function it sees 60,000 points, and all that it would by itself where $CHECK_PATHS is "all"; of the
# tests, whose paths all run under the sanitizers, it is not asked.
check_tidy() {
    needs_build || return 1
    local out paths=(-extra-arg=-Xclang -extra-arg=-analyzer-config
        -extra-arg=-Xclang -extra-arg=max-nodes=60000)
    [ "${CHECK_PATHS:-}" != all ] || paths=()
    out=$(mktemp)
    if run-clang-tidy -quiet -j "$(nproc)" -p "$build" ${paths[@]+"${paths[@]}"} "^$root/(src|tools)/.*(?<!_test)\.c$" \
        >"$out" 2>&1 &&
        run-clang-tidy -quiet -j "$(nproc)" -p "$build" '-checks=-clang-analyzer-*' \
            "^$root/(src|tools)/.*_test\.c$" >>"$out" 2>&1; then
        rm "$out"
        return 0
    fi
    sed -e 's/\x1b\[[0-9;]*m//g' -e "s|$root/||" "$out" | grep -A 1 -E ' (error|warning): ' |
        awk '!seen[$0]++' | head -n 200
    rm "$out"
    return 1
}

check_cppcheck() {
    needs_build || return 1
    mkdir -p "$build/cppcheck"
    cppcheck --project="$build/compile_commands.json" --cppcheck-build-dir="$build/cppcheck" \
        -i "$build" --enable=warning,performance,portability --inline-suppr \
        --suppressions-list=tools/cppcheck.txt --suppress="*:$build/*" \
        --error-exitcode=1 --quiet -j "$(nproc)" --template='{file}:{line}: {id}: {message}' 2>&1
}

[ $# -gt 0 ] || set -- format layers text sizes shell tidy cppcheck
wrong=0
for part in "$@"; do
    if ! "check_$part"; then
        echo "check.sh: $part: not right"
        wrong=1
    fi
done
exit $wrong
