#!/bin/bash
# run_twice.sh -- ./run once, a matter raised, ./run again: nothing is built anew, nothing is lost.
#
# Works in a folder that sees this tree through links and has a demonstration of its own. What the
# tree's build/ holds already is not built again. Prints one line per check and "N passed, N failed"; says how long the second start took.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export LC_ALL=C.UTF-8
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

passed=0 failed=0
check() { # NAME COMMAND...: one check
    if "${@:2}" >/dev/null 2>&1; then
        passed=$((passed + 1))
        echo "ok     $1"
    else
        failed=$((failed + 1))
        echo "not ok $1"
    fi
}

mkdir "$work/tree"
for entry in "$root"/*; do
    [ "${entry##*/}" = demo ] || ln -s "$entry" "$work/tree/"
done
port=$((20000 + RANDOM % 20000))
while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
address=http://127.0.0.1:$port

# start N: what ./run says goes to start.N; comes back when the pages are served.
start() {
    "$work/tree/run" --port "$port" >"$work/start.$1" 2>&1 &
    server=$!
    until curl -s --max-time 10 -o "$work/front" "$address/"; do
        kill -0 "$server" 2>/dev/null || {
            cat "$work/start.$1"
            echo "run_twice.sh: start $1 ended by itself"
            exit 1
        }
        sleep 0.02
    done
}

stop() {
    local ended=$server
    server=
    kill -TERM "$ended" && wait "$ended"
}

# ask PATH [curl options]: the answer in $work/page.
ask() {
    curl -s --max-time 10 -b "$work/jar" -c "$work/jar" -H 'Accept-Language: en' -o "$work/page" \
        -w '%{http_code}' "${@:2}" "$address$1"
}

token() {
    tr '\n' ' ' <"$work/page" | grep -oE '<input[^>]*name="token"[^>]*>' | head -n 1 |
        sed -n 's/.*value="\([^"]*\)".*/\1/p'
}

sign_in() {
    local name password
    IFS=$'\t' read -r _ name password _ < <(grep -P '^resident\t' "$work/tree/demo/sign-ins.txt")
    ask /sign-in
    ask /sign-in --data-urlencode "token=$(token)" --data-urlencode "name=$name" \
        --data-urlencode "password=$password"
}

# The form, the page that shows it once more, the receipt.
raise() {
    ask /raise
    local said=(--data-urlencode "title=A lamp that the second start must show" -d situation=Dark.
        --data-urlencode "point=Put up a lamp" -L)
    ask /raise "${said[@]}" --data-urlencode "token=$(token)" -d step=check
    ask /raise "${said[@]}" --data-urlencode "token=$(token)" -d step=send
}

is_quiet() { ! grep -E 'Installing|Configuring|Compiling|Making' "$work/start.2"; }
is_listed() { ask /me && grep -F 'A lamp that the second start must show' "$work/page"; }
is_signed_in() { [ "$(ask /me)" = 200 ]; }
program_of() { find "$work/tree/build/" -name shangliang -type f -printf '%T@ %s\n' | grep .; }

start 1
sign_in >/dev/null
raise >/dev/null
check "a matter can be raised after the first start" is_listed
cp "$work/tree/demo/sign-ins.txt" "$work/sign-ins"
program_of >"$work/program"
check "the first start stops well" stop

begin=$EPOCHREALTIME
start 2
ms=$(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 1000))
program_of >"$work/program.2"
check "the second start builds nothing and makes no demonstration" is_quiet
check "the program is the one of the first start" cmp "$work/program" "$work/program.2"
check "the sign-ins are the same" cmp "$work/sign-ins" "$work/tree/demo/sign-ins.txt"
check "who was signed in still is" is_signed_in
check "the matter raised before is there" is_listed
sign_in >/dev/null
check "the password of before signs in" is_signed_in
check "the second start stops well" stop
echo "the second start served its first page after $ms ms"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
