#!/bin/sh
# What the C compiler refuses in a template, and that it says where: tmpl_cc_test.sh TMPLC MSG_KEYS_H ROOT
# Every template begins {% view bad tmpl_page %}; {% use "page.h" %}; the fault is on line 3.
set -u
tmplc=$(realpath "$1") keys=$(realpath "$(dirname "$2")") root=$(realpath "$3")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

compile() { # compiler, flags
    "$1" -std=c17 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wconversion -Wshadow -Werror -fsyntax-only \
        -I"$root/src" -I"$root/tests/tmpl" -I"$keys" "$dir/view_bad.c" >"$dir/said" 2>&1
}

# what, template, what the complaint must contain; "-": it must compile
try() {
    printf '{%% view bad tmpl_page %%}\n{%% use "page.h" %%}\n%s\n' "$2" >"$dir/bad.html"
    (cd "$dir" && "$tmplc" bad.html view_bad.c view_bad.h) || { echo "FAIL $1: tmplc refused"; failed=1; return; }
    for cc in gcc clang; do
        command -v $cc >/dev/null || continue
        if compile $cc; then
            [ "$3" = - ] || { echo "FAIL $1: $cc took it"; failed=1; continue; }
        elif [ "$3" = - ] || ! grep -q "bad.html:3:" "$dir/said" || ! grep -q -- "$3" "$dir/said"; then
            echo "FAIL $1: $cc said"; cat "$dir/said"; failed=1; continue
        fi
        echo "ok $1 ($cc)"
    done
}

try "a good template compiles without a warning" '<p>{{ title }}{{ id }}</p>' -
try "a misspelt member" '<p>{{ titel }}</p>' titel
try "a misspelt member of an element" '{% each r in replies %}{{ r.autor }}{% end %}' autor
try "a list without its count" '{% each r in one %}{% end %}' one_count
try "a misspelt message" '<p>{{_ matter.cuont id }}</p>' MSG_MATTER_CUONT
try "a message without its argument" '<p>{{_ matter.count }}</p>' 'number of arguments'
try "a message with too many arguments" '<p>{{_ matter.count id id }}</p>' 'number of arguments'
try "markup in an attribute" '<p class="{{ body }}">1</p>' 'struct html'
try "markup in a URL" '<a href="{{ body }}">1</a>' 'struct html'
try "a number where a link begins" '<a href="{{ id }}">1</a>' 'long'
try "a truth value in text" '<p>{{ is_on }}</p>' '[bB]ool'
try "a struct in text" '<p>{{ one }}</p>' 'struct tmpl_card'
try "a struct as a condition" '{% if one %}{% end %}' 'struct tmpl_card'
try "a string as a date" '<p>{{ date(title) }}</p>' 'out_date\|incompatible'

printf '{%% view card tmpl_card %%}\n' >"$dir/card.html"
(cd "$dir" && "$tmplc" card.html view_card.c view_card.h) || failed=1
try "the right struct for another view" '{% show card one %}{% show card two %}' -
try "the wrong struct for another view" '{% show card replies %}' 'struct tmpl_reply'
exit $failed
