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

# path, then who may see it: all -- everybody; visitor -- whoever is signed in is led on; signed-in;
# desk -- whoever has queues; or one role.
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
/sign-in        visitor
/procedures     all
/paper          all
/accessibility  all
/receipt        all
/security       all
/me             signed-in
/desk           desk
/inbox          handler
/desk/key-in    clerk
/people         security_admin
/calendar       system_admin
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

# What is wrong with page N of the role at hand, in one line; nothing when it is right. One awk
# for a page: there are hundreds of them.
flaws() {
    LC_ALL=C awk -v status="$2" -v lang="${3%%-*}" '
        function flaw(text) { all = all (all == "" ? "" : "; ") text }
        FNR == 1 { part++ }
        { line = tolower($0) }
        part == 1 && line ~ /^content-security-policy:/ { csp = 1 }
        part == 1 && line ~ /^x-content-type-options: *nosniff/ { nosniff = 1 }
        part == 1 { next }
        line ~ "<html[^>]* lang=\"?" lang { html = 1 }
        line ~ /<h1[ >]/ { h1 = 1 }
        line ~ /<title>[^<]+/ { title = 1 }
        line ~ /<\/html>/ { whole = 1 }
        index($0, "\357\277\275") { sign = 1 }
        index($0, "{{") || index($0, "{%") || index($0, "(null)") { place = 1 }
        line ~ /<script>/ || line ~ /<[^>]* (on[a-z]+|style)="/ { inline = 1 }
        END {
            if (status != 200) { print "status " status; exit }
            if (!html) flaw("no <html lang=\"" lang "\">")
            if (!h1) flaw("no <h1>")
            if (!title) flaw("no title")
            if (!whole) flaw("cut off")
            if (sign) flaw("a replacement sign")
            if (place) flaw("an unfilled place")
            if (inline) flaw("inline script or style")
            if (!csp) flaw("no content-security-policy")
            if (!nosniff) flaw("no nosniff")
            if (all != "") print all
        }' "$folder/head.$1" "$folder/body.$1"
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

# judge ROLE PATH WHO LANGUAGE STATUS N
judge() {
    local what="$1 $4 $2" found
    if may "$1" "$3"; then
        found=$(flaws "$6" "$5" "$4")
        if [ -z "$found" ]; then good "$what"; else bad "$what: $found"; fi
        return
    fi
    case $1:$5 in
    *:303) if [ "$3" = visitor ]; then good "$what led on"; elif [ "$1" = visitor ]; then good "$what refused"; else
        bad "$what: refused people get 403, this was 303"
    fi ;;
    visitor:302 | visitor:303 | visitor:401 | visitor:403) good "$what refused" ;;
    visitor:*) bad "$what: a visitor got status $5" ;;
    *:403) good "$what refused" ;;
    *) bad "$what: refused people get 403, this was $5" ;;
    esac
}

# All pages in both languages with one curl over one connection, then each is judged.
walk_all() {
    local role=$1 path who lang n=0 list=()
    : >"$folder/requests"
    for lang in zh-CN en; do
        while read -r path who; do
            [ -n "$path" ] || continue
            path=${path/MATTER/$matter}
            rm -f "$folder/head.$n" "$folder/body.$n"
            printf '%s\n' "url = \"$address$path\"" "output = \"$folder/body.$n\"" \
                "dump-header = \"$folder/head.$n\"" "cookie = \"$jar\"" "max-time = 10" \
                "header = \"Accept-Language: $lang\"" 'write-out = "%{http_code}\n"' silent next \
                >>"$folder/requests"
            list+=("$path $who $lang")
            n=$((n + 1))
        done <<<"$pages"
    done
    sed -i '$d' "$folder/requests" # the last "next"
    curl -K "$folder/requests" >"$folder/statuses" 2>/dev/null || true
    mapfile -t statuses <"$folder/statuses"
    for n in "${!list[@]}"; do
        read -r path who lang <<<"${list[n]}"
        : >>"$folder/head.$n"
        : >>"$folder/body.$n"
        judge "$role" "$path" "$who" "$lang" "${statuses[n]:-000}" "$n"
    done
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
    jar=$folder/jar-$roles
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
