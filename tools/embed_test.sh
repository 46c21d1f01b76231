#!/bin/bash
# What tools/embed.c refuses, with file and line, and that what it makes compiles and holds the bytes.
# usage: embed_test.sh EMBED SOURCE_ROOT
set -u
embed=$(realpath "$1") root=$(realpath "$2") failed=0 passed=0
cc=${CC:-cc}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

check() { # check NAME CONDITION…
    local name=$1
    shift
    if "$@"; then passed=$((passed + 1)); echo "ok $name"; else failed=$((failed + 1)); echo "not ok $name"; fi
}
refused() { # refused MESSAGE SQL: exactly this message, and no file left behind
    rm -f x_sql.c
    printf -- "$2" >x.sql
    local said
    said=$("$embed" sql x_sql.c x_sql.h x.sql 2>&1) && return 1
    [ "$said" = "$1" ] && [ ! -e x_sql.c ] && return 0
    echo "  said: $said"
    return 1
}

check a_missing_semicolon_at_the_end refused 'x.sql:1: A does not end in ";"' '-- A: x\nSELECT 1\n'
check a_missing_semicolon_before_the_next refused 'x.sql:1: A does not end in ";"' '-- A: x\nSELECT 1\n-- B: y\nSELECT 2;\n'
check a_gap_in_the_parameters refused 'x.sql:2: A uses $3 but not $2' '\n-- A: x\nSELECT $1,\n $3;\n'
check a_name_twice refused 'x.sql:4: A is already at x.sql:1' '-- A: x\nSELECT 1;\n\n-- A: y\nSELECT 2;\n'
check text_without_a_name refused 'x.sql:2: text before the first "-- NAME: …"' '-- about\nSELECT 1;\n'
check two_statements_on_a_line refused 'x.sql:2: text after ";"' '-- A: x\nSELECT 1; SELECT 2;\n'
check two_statements_under_a_name refused 'x.sql:3: a second text for A' '-- A: x\nSELECT 1;\nSELECT 2;\n'
check one_engine_alone refused 'x.sql:1: A needs one text for both, or @sqlite and @postgres' '-- A: x\n-- @sqlite\nSELECT 1;\n'
check engines_with_different_parameters refused 'x.sql:1: A has 0 parameters @sqlite and 1 @postgres' \
    '-- A: x\n-- @sqlite\nSELECT 1;\n-- @postgres\nSELECT $1;\n'
check a_name_without_text refused 'x.sql:1: A has no text' '-- A: x\n'
check an_empty_statement refused 'x.sql:1: A is empty' '-- A: x\n;\n'
check a_dollar_without_a_number refused 'x.sql:2: "$" without a number' '-- A: x\nSELECT $;\n'

cat >y.sql <<'SQL'
-- Comments before the first name are the file's own.

-- Y_ONE: quotes and comments hide ; and $9
-- and this goes on
SELECT '$9;--', "x;" -- $8;
FROM y WHERE a = $2 AND b = 'it''s' AND c = $1; -- the end

-- Y_TWO: differs
-- @sqlite
SELECT 1 WHERE 1 = $1;
-- @postgres
SELECT 2 WHERE 2 = $1;
SQL
printf 'a\0b\nx??=\\"\377\0019' >bytes
cat >main.c <<'C'
#include "files.h"
#include "y_sql.h"
#include <stdio.h>
int main(void)
{
    for (size_t i = 0; i < y_statement_count; i++)
        printf("%s|%s|%s|%d\n", y_statements[i]->name, y_statements[i]->text,
               y_statements[i]->text_postgres == NULL ? "" : y_statements[i]->text_postgres, y_statements[i]->param_count);
    const struct embedded *e = files_find("other");
    printf("%s %zu %d %d ", e->digest, e->len, e->bytes[e->len], files_find("bytes") == NULL);
    fwrite(e->bytes, 1, e->len, stdout);
    return 0;
}
C
cat >want <<WANT
Y_ONE|SELECT '\$9;--', "x;" 
FROM y WHERE a = \$2 AND b = 'it''s' AND c = \$1||2
Y_TWO|SELECT 1 WHERE 1 = \$1|SELECT 2 WHERE 2 = \$1|1
WANT
printf '%s 13 0 1 ' "$(sha256sum bytes | cut -c1-16)" >>want
cat bytes >>want
made() {
    "$embed" sql y_sql.c y_sql.h y.sql && "$embed" file files.c files.h other=bytes &&
        $cc -std=c17 -Wall -Wextra -Werror -I"$root/src" -I. main.c y_sql.c files.c -o made && ./made >got && cmp got want
}
check what_is_made_compiles_and_holds_the_bytes made

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
