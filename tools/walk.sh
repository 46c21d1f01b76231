#!/bin/bash
# walk.sh ADDRESS SIGN-INS -- walk the main pages of a demonstration as every role.
#
# ADDRESS is http://127.0.0.1:PORT of a running server (waited for, ten seconds at most), SIGN-INS
# the file that `shangliang demo` wrote: a role, a sign-in name and a password per line, separated
# by tabs; lines with # are comments.
#
# Prints one line per role, every failure, and "N passed, N failed". With WALK_VERBOSE=1 also every
# check that passed. Exit 0 only when nothing failed.
set -euo pipefail

if [ $# -ne 2 ]; then
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
address=${1%/} sign_ins=$2
[ -r "$sign_ins" ] || {
    echo "walk.sh: cannot read $sign_ins" >&2
    exit 1
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# path, then who may see it: all -- everybody; signed-in; desk -- whoever has queues; handler.
# Anybody else must be refused: a visitor is sent to sign in, a person of another role is told 403.
pages='
/               all
/raise          all
/matters        all
MATTER          all
/search?q=%E5%85%BB%E8%80%81  all
/plan           all
/figures        all
/mechanisms     all
/sign-in        all
/receipt        all
/security       all
/me             signed-in
/desk           desk
/inbox          handler
'

passed=0 failed=0 failed_here=0
good() {
    passed=$((passed + 1))
    [ -z "${WALK_VERBOSE:-}" ] || echo "ok     $1"
}
bad() {
    failed=$((failed + 1)) failed_here=$((failed_here + 1))
    echo "not ok $1"
}

# fetch PATH [curl options]: status in $status, headers and body in $folder.
fetch() {
    local path=$1
    shift
    status=$(curl -s --max-time 10 -o "$folder/body" -D "$folder/head" -w '%{http_code}' \
        -b "$jar" -c "$jar" -H "Accept-Language: $language" "$@" "$address$path") || status=000
}

# The hidden field "token" of the page fetched last, whatever the order of its attributes.
token() {
    tr '\n' ' ' <"$folder/body" | grep -oE '<input[^>]*name="token"[^>]*>' | head -n 1 |
        sed -n 's/.*value="\([^"]*\)".*/\1/p' || true
}

# What is wrong with the page fetched last; nothing when it is right.
flaws() {
    [ "$status" = 200 ] || {
        echo "status $status"
        return
    }
    grep -qiE "<html[^>]* lang=\"?${language%%-*}" "$folder/body" || echo "no <html lang=\"$language\">"
    grep -qiE '<h1[ >]' "$folder/body" || echo "no <h1>"
    grep -qiE '<title>[^<]+</title>' "$folder/body" || echo "no title"
    grep -qi '</html>' "$folder/body" || echo "cut off"
    if LC_ALL=C grep -q $'\xEF\xBF\xBD' "$folder/body"; then echo "a replacement sign"; fi
    if LC_ALL=C grep -qE '\{\{|\{%|\(null\)' "$folder/body"; then echo "an unfilled place"; fi
    if grep -qiE '<[^>]* (on[a-z]+|style)="|<script>' "$folder/body"; then echo "inline script or style"; fi
    grep -qi '^content-security-policy:' "$folder/head" || echo "no content-security-policy"
    grep -qi '^x-content-type-options: *nosniff' "$folder/head" || echo "no nosniff"
}

# may ROLE WHO: is this page for the role?
may() {
    case $2 in
    all) return 0 ;;
    signed-in) [ "$1" != visitor ] ;;
    desk)
        case $1 in
        clerk | first_convener | executive_convener | committee_lead | leader | assigner | \
            overseer | moderator | editor) return 0 ;;
        *) return 1 ;;
        esac
        ;;
    *) [ "$1" = "$2" ] ;;
    esac
}

walk_page() {
    local role=$1 path=$2 who=$3 what found
    what="$role $language $path"
    fetch "$path"
    if ! may "$role" "$who"; then
        case $role:$status in
        visitor:302 | visitor:303 | visitor:401 | visitor:403) good "$what refused" ;;
        visitor:*) bad "$what: a visitor got status $status" ;;
        *:403) good "$what refused" ;;
        *) bad "$what: refused people get 403, this was $status" ;;
        esac
        return
    fi
    found=$(flaws | paste -sd ';')
    if [ -z "$found" ]; then good "$what"; else bad "$what: $found"; fi
}

walk_all() {
    local role=$1 path who
    for language in zh-CN en; do
        while read -r path who; do
            [ -n "$path" ] || continue
            walk_page "$role" "${path/MATTER/$matter}" "$who"
        done <<<"$pages"
    done
    language=zh-CN
}

# Posts without a right token have no effect, whoever sends them.
forged_posts() {
    local path
    for path in /raise /sign-in /sign-out; do
        fetch "$path" --data 'token=0000000000000000000000000000000000000000&title=forged'
        if [ "$status" = 403 ]; then good "$1 POST $path, wrong token"; else
            bad "$1 POST $path with a wrong token: status $status instead of 403"
        fi
    done
}

sign_in() {
    fetch /sign-in
    local t
    t=$(token)
    fetch /sign-in --data-urlencode "token=$t" --data-urlencode "name=$1" \
        --data-urlencode "password=$2"
    [ "$status" = 303 ] || [ "$status" = 302 ]
}

language=zh-CN jar=$folder/jar-visitor status=000
for _ in $(seq 100); do
    fetch /
    [ "$status" = 000 ] || break
    sleep 0.1
done
if [ "$status" = 000 ]; then
    echo "not ok the server does not answer at $address"
    echo "0 passed, 1 failed"
    exit 1
fi

fetch /matters
matter=$(grep -oE 'href="/matters/[0-9][^"?#]*"' "$folder/body" | head -n 1 | sed 's/href="//; s/"$//' || true)
if [ -z "$matter" ]; then
    bad "no matter is listed on /matters"
    matter=/matters/1
fi

walk_all visitor
forged_posts visitor
echo "visitor: $([ $failed_here -eq 0 ] && echo all right || echo "$failed_here wrong")"

roles=0
while IFS=$'\t' read -r role login password _; do
    case $role in '' | \#*) continue ;; esac
    roles=$((roles + 1)) failed_here=0
    jar=$folder/jar-$roles language=zh-CN
    if sign_in "$login" "$password"; then
        good "$role signs in"
        walk_all "$role"
        forged_posts "$role"
    else
        bad "$role ($login) cannot sign in: status $status"
    fi
    echo "$role: $([ $failed_here -eq 0 ] && echo all right || echo "$failed_here wrong")"
done <"$sign_ins"
[ $roles -gt 0 ] || bad "$sign_ins names nobody"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
