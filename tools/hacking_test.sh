#!/bin/bash
# hacking_test.sh [DOCUMENT...] -- do the examples in the documents work?
#
# HACKING.md is followed to the letter in a copy of the tree: files are written, lines are put in,
# the program is built, the new page is asked for. Then the commands of the other documents are run
# in an empty folder each, with $SHANGLIANG or the program just built. With arguments only those
# documents. Prints "N passed, N failed"; exit 0 when nothing failed.
#
# A comment on the line above a code block says what the block is; no marker, no test:
#
#     <!-- example: new PATH -->            the block is a new file
#     <!-- example: after PATH "TEXT" -->   the block goes behind the only line of PATH with TEXT
#     <!-- example: append PATH -->         the block goes to the end of PATH
#     <!-- example: run -->                 "$ COMMAND", then lines its output must have; "…" stands
#                                           for anything; "(exit N)" is the status, 0 otherwise
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 program=${SHANGLIANG:+$(realpath "$SHANGLIANG")}

bad() {
    failed=$((failed + 1))
    printf 'not ok %s\n' "$1"
    [ $# -lt 2 ] || tail -n 30 "$2" | sed 's/^/    /'
}

# split DOCUMENT: $work/blocks/N.what holds the marker and its line, N.text the block.
split() {
    rm -rf "$work/blocks"
    mkdir "$work/blocks"
    awk -v to="$work/blocks/" '
        /^<!-- example: .* -->$/ { what = $0; sub(/^<!-- example: /, "", what); sub(/ -->$/, "", what); next }
        /^```/ && in_block { in_block = 0; close(text); next }
        /^```/ && what != "" {
            n++; in_block = 1
            text = sprintf("%s%03d.text", to, n); file = sprintf("%s%03d.what", to, n)
            print what > file; print NR > file; close(file); printf "" > text; what = ""; next
        }
        in_block { print > text; next }
        what != "" { exit 1 }' "$1" || bad "$1: a marker without a block below it"
}

# put_after FILE TEXT BLOCK
put_after() {
    [ "$(grep -cF -- "$2" "$1")" = 1 ] || return 1
    local line
    line=$(grep -nF -- "$2" "$1" | cut -d : -f 1)
    sed -i "${line}r $3" "$1"
}

edit() { # WHAT BLOCK: new, after, append
    local verb path rest
    read -r verb path rest <<<"$1"
    case $verb in
    new) [ ! -e "$path" ] && mkdir -p "$(dirname "$path")" && cp "$2" "$path" ;;
    after) put_after "$path" "$(sed 's/^"//; s/"$//' <<<"$rest")" "$2" ;;
    append) { echo && cat "$2"; } >>"$path" ;;
    *) return 1 ;;
    esac
}

# One command of a block and what it must say.
run_one() {
    local where=$1 command=$2 status=0 want=0 line pattern
    shift 2
    timeout 300 bash -o pipefail -c "$command" >"$work/out" 2>&1 </dev/null || status=$?
    for line in "$@"; do
        if [[ $line =~ ^\(exit\ ([0-9]+)\)$ ]]; then
            want=${BASH_REMATCH[1]}
            continue
        fi
        [ "$line" != … ] && [ -n "$line" ] || continue
        pattern=$(sed 's/[][\.*^$+?(){}|]/\\&/g; s/…/.*/g' <<<"$line")
        grep -qxE -- "$pattern" <(tr -d '\r' <"$work/out") || {
            bad "$where: $command: does not say: $line" "$work/out"
            return
        }
    done
    if [ $status -ne "$want" ]; then
        bad "$where: $command: exit $status" "$work/out"
    else
        passed=$((passed + 1))
    fi
}

run_block() { # WHERE BLOCK
    local line command= lines=()
    while IFS= read -r line; do
        case $line in
        '$ '*)
            [ -z "$command" ] || run_one "$1" "$command" ${lines[@]+"${lines[@]}"}
            command=${line#\$ } lines=()
            ;;
        *) lines+=("$line") ;;
        esac
    done <"$2"
    [ -z "$command" ] || run_one "$1" "$command" ${lines[@]+"${lines[@]}"}
}

# follow DOCUMENT: all its blocks in order, in the folder we are in.
follow() {
    local n what line
    split "$root/$1"
    for n in "$work"/blocks/*.what; do
        [ -e "$n" ] || return 0
        { read -r what && read -r line; } <"$n"
        case $what in
        run) run_block "$1:$line" "${n%.what}.text" ;;
        *) if edit "$what" "${n%.what}.text"; then passed=$((passed + 1)); else bad "$1:$line: $what"; fi ;;
        esac
    done
}

copy_tree() {
    mkdir "$work/tree"
    (cd "$root" && tar -cf - --exclude=./.git --exclude='./build*' --exclude=./demo \
        --exclude=node_modules .) | tar -xf - -C "$work/tree"
}

follow_hacking() {
    copy_tree
    cd "$work/tree"
    PATH=$work/tree/build/src/main:$PATH follow HACKING.md
    [ -n "$program" ] || program=$work/tree/build/src/main/shangliang
}

follow_other() {
    mkdir -p "$work/bin" "$work/empty.$(basename "$1")"
    ln -sfn "$program" "$work/bin/shangliang"
    cd "$work/empty.$(basename "$1")"
    SHANGLIANG_SOURCE=$root PATH=$work/bin:$PATH follow "$1"
}

[ $# -gt 0 ] || set -- HACKING.md $(cd "$root" && grep -lE '^<!-- example: ' doc/*.md README.md)
for document in "$@"; do
    if [ "$document" = HACKING.md ]; then follow_hacking; else
        [ -x "$program" ] || {
            bad "no program: name it with SHANGLIANG, or begin with HACKING.md"
            continue
        }
        follow_other "$document"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
