#!/bin/bash
# layers.sh [SRC] -- check that includes go down the layers only.
# layers.sh --self-test -- check the checker.
#
#     base < db, http < ledger, procedure, job, search, notify < nouns < flow
#          < web, api and every *_web.c < main
#
# A folder not named below is a noun. Between folders of one layer only the folder's own header
# (body/body.h) and the shared ones may be included, and never in a circle. A noun never knows the
# web or HTTP: the command line, the jobs and the tests call the same functions. opinion/ is a
# library: it knows base alone. report/ draws what opinion/ found: it knows base, opinion and what
# templates write to. Tests may include what they test and what they test it with.
set -euo pipefail

check() {
    (cd "$1" && grep -rHn --include='*.[ch]' '^ *# *include ' .) | awk '
    BEGIN {
        rank["base"] = 0
        rank["db"] = rank["http"] = 1
        split("ledger procedure job search notify", a); for (i in a) rank[a[i]] = 2
        rank["flow"] = 4
        rank["web"] = rank["api"] = rank["report"] = 5
        rank["main"] = 6
        # Vocabulary, not functions of the noun: who asks, and which roles there are.
        shared["person/role.h"] = shared["person/who.h"] = 2
        # An outside library is known in one place.
        only["microhttpd.h"] = "http"
        only["sqlite3.h"] = only["libpq-fe.h"] = "db"
    }
    function bad(text) { print where ": " text; wrong = 1 }
    function rank_of(folder) { return folder in rank ? rank[folder] : 3 }
    {
        match($0, /^\.\/[^:]*:[0-9]+/)
        where = substr($0, 3, RLENGTH - 2)
        line = substr($0, RLENGTH + 2)
        file = where; sub(/:[0-9]+$/, "", file)
        if (file !~ /\//) next
        folder = file; sub(/\/.*/, "", folder)
        is_test = file ~ /_test\.[ch]$/ || file ~ /\/test[^\/]*\.h$/
        is_web = file ~ /_web\.[ch]$/
        from = is_web && rank_of(folder) < 5 ? 5 : rank_of(folder)

        if (match(line, /<[^>]*>/)) {
            lib = substr(line, RSTART + 1, RLENGTH - 2)
            if (lib in only && only[lib] != folder)
                bad("<" lib "> belongs to " only[lib] "/")
            next
        }
        if (!match(line, /"[^"]*"/)) next
        header = substr(line, RSTART + 1, RLENGTH - 2)
        if (header !~ /\// || is_test) next
        to_folder = header; sub(/\/.*/, "", to_folder)
        if (to_folder == folder) {
            if (!is_web && folder != "web" && header ~ /_web\.h$/)
                bad("a noun does not know its pages: " header)
            next
        }
        to = rank_of(to_folder)
        if (header ~ /_web\.h$/ && to < 5) to = 5
        if (header in shared && from >= shared[header]) {
            next
        }
        if (folder == "opinion" && !is_web && to > 0) {
            bad("opinion is a library over base alone, not " header)
            next
        }
        if (folder == "report" && to > 0 && to_folder != "opinion" && header != "web/out.h") {
            bad("report knows base, opinion and web/out.h, not " header)
            next
        }
        if (to > from) {
            bad(folder (is_web ? " (web)" : "") " may not include " header ": that layer is above")
            next
        }
        if (to_folder == "http" && from < 5) {
            bad("only http, web and main know HTTP, not " folder ": " header)
            next
        }
        if (to == from && !is_web && from < 5) {
            if (header != to_folder "/" to_folder ".h")
                bad("of its neighbour, " folder " may include only " to_folder "/" to_folder ".h, not " header)
            edge[folder " " to_folder] = where
        } else if (to == 3 && header ~ /_sql\.h$/) {
            bad("statements of " to_folder " belong to it alone: " header)
        }
    }
    # Take away folders that include no neighbour, again and again; what stays is in a circle.
    END {
        do {
            gone = 0
            for (e in edge) { split(e, p, " "); includes[p[1]] = 1 }
            for (e in edge) {
                split(e, p, " ")
                if (!(p[2] in includes)) { delete edge[e]; gone = 1 }
            }
            delete includes
        } while (gone)
        for (e in edge) { split(e, p, " "); where = edge[e]; bad("a circle: " p[1] " includes " p[2]) }
        exit wrong
    }'
}

# expect RIGHT|WRONG file include
self_test() {
    local folder failed=0 passed=0
    folder=$(mktemp -d)
    trap "rm -rf '$folder'" EXIT
    expect() {
        local want=$1 got=right out
        shift
        rm -rf "$folder/src"
        while [ $# -gt 0 ]; do
            mkdir -p "$folder/src/$(dirname "$1")"
            echo "#include $2" >>"$folder/src/$1"
            shift 2
        done
        out=$(check "$folder/src") || got=wrong
        if [ $got = "$want" ]; then passed=$((passed + 1)); else
            failed=$((failed + 1))
            echo "expected $want: $(cat "$folder"/src/*/*) $out"
        fi
    }
    expect right matter/matter.c '"base/str.h"'
    expect right matter/matter.c '"body/body.h"'
    expect right matter/reply.c '"matter/matter_sql.h"'
    expect right matter/matter_web.c '"http/http.h"'
    expect right matter/matter_web.c '"flow/flow.h"'
    expect right matter/matter_test.c '"web/serve.h"'
    expect right procedure/rule.c '"person/role.h"'
    expect right flow/effect.c '"matter/matter.h"'
    expect right main/main.c '"web/serve.h"'
    expect right db/sqlite.c '<sqlite3.h>'
    expect right main/main.c '"file.h"'
    expect wrong base/str.c '"db/db.h"'
    expect wrong base/str.c '"person/role.h"'
    expect wrong db/db.c '"http/http.h"'
    expect wrong matter/matter.c '"http/http.h"'
    expect wrong matter/matter.c '"web/out.h"'
    expect wrong matter/matter.h '"web/out.h"'
    expect wrong matter/matter.c '"flow/flow.h"'
    expect wrong matter/matter.c '"matter/matter_web.h"'
    expect wrong matter/matter.c '"body/room.h"'
    expect wrong matter/matter_web.c '"main/config.h"'
    expect wrong flow/effect.c '"matter/matter_sql.h"'
    expect wrong flow/effect.c '"http/http.h"'
    expect wrong job/clock.c '"matter/matter.h"'
    expect wrong opinion/group.c '"db/db.h"'
    expect right report/report.c '"opinion/map.h"' report/page.h '"web/out.h"'
    expect right main/cmd_opinion.c '"report/report.h"'
    expect wrong report/report.c '"web/web.h"'
    expect wrong report/report.c '"matter/matter.h"'
    expect wrong opinion/map.c '"report/report.h"'
    expect wrong matter/matter.c '"report/report.h"'
    expect wrong matter/matter.c '<sqlite3.h>'
    expect wrong web/serve.c '<microhttpd.h>'
    expect wrong matter/matter.c '"body/body.h"' body/body.c '"person/person.h"' \
        person/person.c '"matter/matter.h"'
    expect right matter/matter.c '"body/body.h"' body/body.c '"person/person.h"' \
        matter/link.c '"person/person.h"'
    echo "$passed passed, $failed failed"
    [ $failed -eq 0 ]
}

if [ "${1:-}" = --self-test ]; then
    self_test
else
    src=${1:-$(cd "$(dirname "$0")/.." && pwd)/src}
    check "$src"
fi
