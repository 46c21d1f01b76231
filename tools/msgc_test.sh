#!/bin/sh
# msgc says file:line: sentence for each fault of the catalogues: msgc_test.sh MSGC
set -u
msgc=$(realpath "$1")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
failed=0

# what, Chinese entries, English entries, what must be said; "-": nothing
try() {
    printf '%b' "$2" >zh.po
    printf '%b' "$3" >en.po
    rm -f keys.h catalogue.c
    if "$msgc" zh.po en.po keys.h catalogue.c 2>said; then
        [ "$4" = - ] || { echo "FAIL $1: taken"; failed=1; return; }
    elif ! grep -qF -- "$4" said || [ -e keys.h ]; then
        echo "FAIL $1: wanted $4"; cat said; failed=1; return
    fi
    echo "ok $1"
}

# What the last try made contains this.
made() {
    grep -qF -- "$2" "$1" || { echo "FAIL $1 lacks $2"; cat "$1"; failed=1; }
}

a='msgid "a.b"\nmsgstr "x {0}"\n'
try "two catalogues that agree" "# c\n\n$a" "msgid \"\"\nmsgstr \"head\"\n\n$a" -
made keys.h '    MSG_A_B,'
made keys.h '    PLACES_A_B = 1,'
made catalogue.c '{"a.b", 3}'
try "strings over several lines, with escapes" \
    'msgid "k"\nmsgstr ""\n"a\\n"\n"\\"b\\\\c??="\n' 'msgid "k"\nmsgstr "\\ty"\n' -
made catalogue.c '{"a\n\"b\\c\?\?=", 9}'
made catalogue.c '{"\ty", 2}'
try "plural forms as each language has them" \
    'msgid "k"\nmsgid_plural "k"\nmsgstr[0] "{0}"\n' \
    'msgid "k"\nmsgid_plural "k"\nmsgstr[0] "one"\nmsgstr[1] "{0} many"\n' -
made catalogue.c '{{"one", 3}, {"{0} many", 8}}'
try "Chinese may leave the plural out" 'msgid "k"\nmsgstr "n"\n' \
    'msgid "k"\nmsgid_plural "k"\nmsgstr[0] "one"\nmsgstr[1] "many"\n' -
made keys.h '    PLACES_K = 1,'
try "obsolete entries are comments" "$a#~ msgid \"old\"\n#~ msgstr \"\"\n" "$a" -
try "keys are sorted" "msgid \"z\"\nmsgstr \"1\"\n$a" "$a\nmsgid \"z\"\nmsgstr \"1\"\n" -

try "a key that English lacks" "$a\nmsgid \"z\"\nmsgstr \"1\"\n" "$a" \
    'en.po:1: z: missing (it is at zh.po:4)'
try "a key that Chinese lacks" "$a" "$a\nmsgid \"0\"\nmsgstr \"1\"\n" \
    'zh.po:1: 0: missing (it is at en.po:4)'
try "a key said twice" "$a\n$a" "$a" 'zh.po:4: a.b: already at line 1'
try "no translation" "$a" 'msgid "a.b"\nmsgstr ""\n' 'en.po:1: a.b: not translated'
try "no msgstr" "$a" 'msgid "a.b"\n' 'en.po:1: a.b: 1 form wanted, msgstr is missing'
try "fuzzy" "$a" "#, c-format, fuzzy\n$a" 'en.po:2: a.b: marked fuzzy'
try "other places" "$a" 'msgid "a.b"\nmsgstr "x {1}"\n' 'en.po:1: a.b: not the places of zh.po:1'
try "another kind of place" "$a" 'msgid "a.b"\nmsgstr "x {0:date}"\n' \
    'en.po:1: a.b: not the places of zh.po:1'
try "a place that is none" "$a" 'msgid "a.b"\nmsgstr "x {name}"\n' 'en.po:1: a.b: a place is {0}'
try "a brace alone" "$a" 'msgid "a.b"\nmsgstr "x {0}}"\n' "en.po:1: a.b: '}' without a place"
try "an English plural without the many" "$a" 'msgid "a.b"\nmsgid_plural "a.b"\nmsgstr[0] "{0}"\n' \
    'en.po:1: a.b: 2 forms wanted, msgstr[1] is missing'
try "a Chinese plural with two forms" \
    'msgid "k"\nmsgid_plural "k"\nmsgstr[0] "x"\nmsgstr[1] "y"\n' 'msgid "k"\nmsgstr "x"\n' \
    'zh.po:1: k: 1 form wanted, msgstr[1] is too many'
try "a place in the singular alone" 'msgid "k"\nmsgstr "{0}"\n' \
    'msgid "k"\nmsgid_plural "k"\nmsgstr[0] "{0}"\nmsgstr[1] "y"\n' \
    'en.po:1: k: msgstr[0] has a place that msgstr[1] has not'
try "two keys that become one constant" 'msgid "a.b-c"\nmsgstr "1"\n\nmsgid "a-b.c"\nmsgstr "1"\n' \
    'msgid "a.b-c"\nmsgstr "1"\n\nmsgid "a-b.c"\nmsgstr "1"\n' 'are both MSG_A_B_C'
try "a key that is taken" 'msgid "count"\nmsgstr "1"\n' 'msgid "count"\nmsgstr "1"\n' \
    'zh.po:1: count: this key is taken'
try "a key that is a sentence" 'msgid "Save it"\nmsgstr "1"\n' 'msgid "Save it"\nmsgstr "1"\n' \
    'zh.po:1: "Save it" is not a key'
try "an unknown word" "$a" "msgctxt \"x\"\n$a" 'en.po:1: "msgctxt" is not known here'
try "a string without its end" "$a" 'msgid "a.b\nmsgstr "x"\n' 'en.po:1: a string in double quotes'
try "a string of nothing" "$a" '"x"\n' 'en.po:1: a string that belongs to nothing'
try "an unknown escape" "$a" 'msgid "a.b"\nmsgstr "\\a"\n' 'en.po:2: only \n \t \" \\ are escapes'
try "bytes that are no text" "$a" "$a# \\0377\n" 'en.po:1: not clean UTF-8 text'
exit $failed
