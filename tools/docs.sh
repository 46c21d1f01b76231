#!/bin/bash
# docs.sh documents|catalogues -- do the documents say what is so, and are the catalogues complete?
#
# documents: every document that must exist does, links lead somewhere, commands named in them
# exist in `shangliang --help`, the man page names the same commands, nothing names a machine's
# folder or a package host, nothing of the seed's advertisements came along. $SHANGLIANG names the
# program. catalogues: locale/*.po are complete and have the same keys.
#
# Prints what is wrong and "N passed, N failed"; exit 0 when nothing is.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
passed=0 failed=0

# verdict NAME FAULTS: one check; it passed when there are no faults.
verdict() {
    if [ -z "$2" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        printf 'not ok %s\n%s\n' "$1" "$2" | head -n 30
    fi
}

files() {
    git ls-files -co --exclude-standard 2>/dev/null ||
        find . -path ./.git -prune -o -type f -not -path './build*' -not -path '*/node_modules/*' \
            -print | sed 's|^\./||'
}

documents_exist() {
    local file
    for file in README.md README.zh-CN.md HACKING.md CHANGELOG.md LICENSE doc/tour.md \
        doc/procedures.md doc/security.md doc/operations.md doc/coverage.md doc/schema.md \
        doc/ledger.md doc/design.md doc/benchmarks.md packaging/shangliang.1; do
        [ -s "$file" ] || echo "$file is missing"
    done
}

# Links of one document that lead nowhere: files beside it, and headings of files.
broken_links() {
    local document=$1 folder target file heading
    folder=$(dirname "$document")
    while read -r target; do
        case $target in http://* | https://* | mailto:* | '') continue ;; esac
        file=${target%%#*} heading=
        [[ $target != *'#'* ]] || heading=${target#*#}
        if [ -z "$file" ]; then file=$document; elif [[ $file == /* ]]; then file=.$file; else
            file=$folder/$file
        fi
        if [ ! -e "$file" ]; then
            echo "$document: no $target"
        elif [ -n "$heading" ] && [[ $file == *.md ]] && ! anchors "$file" | grep -qxF "$heading"; then
            echo "$document: no heading for $target"
        fi
    done < <(awk '/^ *```/ { code = !code } !code' "$document" | sed 's/`[^`]*`//g' |
        grep -oE '\]\([^) ]+' | sed 's/^](//')
}

# The anchors of a document's headings, as the common hosts make them.
anchors() {
    awk '/^ *```/ { code = !code } !code && /^#+ / { sub(/^#+ +/, ""); print tolower($0) }' "$1" |
        sed -E 's/[`*]//g; s/[^[:alnum:] _-]//g; s/ /-/g'
}

# In --help a command stands at the start of a line after two spaces.
help_commands() {
    "$SHANGLIANG" --help | sed -nE 's/^  (shangliang )?([a-z]+)( .*)?$/\2/p' | sort -u
}

# In the man page each command is a subsection: .SS "init DIR".
man_commands() { sed -nE 's/^\.SS "?([a-z]+).*/\1/p' packaging/shangliang.1 | sort -u; }

# Commands that documents name in code: `shangliang word` or a line "shangliang word" in a block.
unknown_commands() {
    local document word
    for document in "$@"; do
        while read -r word; do
            grep -qx "$word" <<<"$commands" || echo "$document: shangliang $word is no command"
        done < <(awk '/^ *```/ { code = !code; next } code { print "`" $0 "`" } !code' "$document" |
            grep -oE '`[^`]*`' | grep -oE '(^`|[ /`])shangliang [a-z]+' | awk '{ print $2 }' | sort -u)
    done
}

# Nothing of the machine it was made on, and no package host: clients know their own.
foreign_words() {
    files | grep -vE '(^|/)(package-lock\.json|LICENSE)$' | xargs -r -d '\n' grep -IHnE \
        '(^|[^a-z.])/(work|root)/|/tmp/(notes|bash_jobs)|deb\.debian\.org|registry\.npmjs|pypi\.org' \
        2>/dev/null | head -n 20 || true
    files | grep -E 'package-lock\.json$' | xargs -r -d '\n' grep -Hn '"resolved"' | head -n 5 || true
}

# The seed is a newspaper page; what its advertisements say is not ours to repeat.
advertisements() {
    files | grep -E '^(examples|procedures|locale|src/.*\.(html|sql|js|css)$)' | xargs -r -d '\n' \
        grep -HnE '(^|[^0-9])(9509[7]|1008[6]|00293[6]|0619[6])([^0-9]|$)|9[.]5亿' 2>/dev/null |
        head -n 20 || true
}

check_documents() {
    local document commands
    verdict "the documents exist" "$(documents_exist)"
    while read -r document; do
        verdict "links of $document" "$(broken_links "$document")"
    done < <(files | grep -E '\.md$')
    commands=$(help_commands)
    verdict "--help lists commands" "$([ -n "$commands" ] || echo "no line like '  init DIR'")"
    verdict "man page and --help name the same commands" \
        "$(diff <(echo "$commands") <(man_commands) | grep '^[<>]' || true)"
    mapfile -t texts < <(files | grep -E '\.md$')
    [ ${#texts[@]} -eq 0 ] ||
        verdict "commands in the documents exist" "$(unknown_commands "${texts[@]}")"
    if command -v man >/dev/null; then
        verdict "man page has no faults" \
            "$(man --warnings -E UTF-8 -l -Tutf8 packaging/shangliang.1 2>&1 >/dev/null || true)"
    fi
    verdict "no machine's folder, no package host" "$(foreign_words)"
    verdict "nothing of the advertisements" "$(advertisements)"
}

# keys FILE: its message keys, sorted.
keys() { sed -nE 's/^msgid "(.+)"$/\1/p' "$1" | sort; }

check_catalogues() {
    local file
    for file in locale/zh_CN.po locale/en.po; do
        if [ ! -s "$file" ]; then
            verdict "$file" "$file is missing"
            continue
        fi
        verdict "$file is well made" "$(msgfmt -c -o /dev/null "$file" 2>&1 || true)"
        verdict "$file is complete" "$(msgattrib --untranslated "$file" | grep '^msgid "[^"]' || true)"
        verdict "$file has nothing fuzzy" "$(msgattrib --only-fuzzy "$file" | grep '^msgid "[^"]' || true)"
        verdict "$file says each key once" "$(keys "$file" | uniq -d)"
    done
    [ ! -s locale/zh_CN.po ] || [ ! -s locale/en.po ] ||
        verdict "both catalogues have the same keys" \
            "$(diff <(keys locale/zh_CN.po) <(keys locale/en.po) | grep '^[<>]' || true)"
}

case ${1:-} in
documents)
    : "${SHANGLIANG:?names the program}"
    check_documents
    ;;
catalogues) check_catalogues ;;
*)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
