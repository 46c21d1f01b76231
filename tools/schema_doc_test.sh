#!/bin/bash
# What tools/schema_doc.c makes of migrations, and what it refuses.
# usage: schema_doc_test.sh SCHEMA_DOC
set -u
tool=$(realpath "$1") failed=0 passed=0
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
echo '# Head' >head.md

check() {
    local name=$1
    shift
    if "$@"; then passed=$((passed + 1)); echo "ok $name"; else failed=$((failed + 1)); echo "not ok $name"; fi
}
refused() {
    printf -- "$2" >x.sql
    local said
    said=$("$tool" write head.md x.md x.sql 2>&1) && return 1
    [ "$said" = "$1" ] && return 0
    echo "  said: $said"
    return 1
}
check a_table_without_a_comment refused 'x.sql:2: table without a comment: t' '\nCREATE TABLE t (\n a BIGINT -- a [public]\n);\n'
check a_comment_further_above refused 'x.sql:3: table without a comment: t' '-- t\n\nCREATE TABLE t (\n a BIGINT -- a [public]\n);\n'
check a_column_without_a_comment refused 'x.sql:3: column without a comment: a' '-- t\nCREATE TABLE t (\n a BIGINT,\n b BIGINT -- b [public]\n);\n'
check a_column_without_a_class refused 'x.sql:4: column without a class: a' '-- t\nCREATE TABLE t (\n b BIGINT, -- b [public]\n a BIGINT, -- what\n c BIGINT -- c [public]\n);\n'
check a_class_that_is_none refused 'x.sql:3: column without a class: a' '-- t\nCREATE TABLE t (\n a BIGINT, -- what [secret]\n c BIGINT -- c [public]\n);\n'
check a_class_alone refused 'x.sql:3: column without a comment: a' '-- t\nCREATE TABLE t (\n a BIGINT, -- [public]\n c BIGINT -- c [public]\n);\n'
check two_columns_on_a_line refused 'x.sql:3: two columns on a line: a BIGINT, b BIGINT' '-- t\nCREATE TABLE t (\n a BIGINT, b BIGINT -- what [public]\n);\n'
check an_added_column_without_a_comment refused 'x.sql:5: column without a comment: b' \
    '-- t\nCREATE TABLE t (\n a BIGINT -- a [public]\n);\nALTER TABLE t ADD COLUMN b BIGINT;\n'
check a_table_that_does_not_end refused 'x.sql:3: table does not end: t' '-- t\nCREATE TABLE t (\n a BIGINT -- a [public]\n'

cat >y.sql <<'SQL'
-- thing: a thing
-- of two lines.
CREATE TABLE thing (
    id   %ID% NOT NULL PRIMARY KEY, -- its id [public]
    -- longer
    name TEXT NOT NULL DEFAULT 'a, -- b' CHECK (length(name) < 4
         OR name = 'x)'), -- its | name [sensitive]
    gone BIGINT, -- not for long [public]
    UNIQUE (id, name) -- once
);
CREATE INDEX thing_name ON thing (name);
-- Soon gone.
CREATE TABLE old (
    id BIGINT -- x [public]
);

-- Words to find.
-- @sqlite
CREATE VIRTUAL TABLE word USING fts5(
    a, -- words [internal]
    tokenize = 'ascii'
);
-- @postgres
CREATE TABLE word (
    a tsvector -- words [internal]
);
-- @both
SQL
cat >z.sql <<'SQL'
DROP TABLE old;
ALTER TABLE thing DROP COLUMN gone;
ALTER TABLE thing ADD COLUMN raw %BYTES%; -- bytes [restricted]
SQL
cat >want.md <<'MD'
# Head

<!-- From here on made by tools/schema_doc.c from src/db/migrations. -->

## thing

a thing of two lines.

| column | type | what | class |
|---|---|---|---|
| id | ID NOT NULL PRIMARY KEY | its id | public |
| name | TEXT NOT NULL DEFAULT 'a, -- b' CHECK (length(name) < 4 OR name = 'x)') | longer its \| name | sensitive |
| raw | BYTES | bytes | restricted |

- UNIQUE (id, name) — once

## word

Words to find.

Only on SQLite.

`fts5`

| column | type | what | class |
|---|---|---|---|
| a |  | words | internal |

- tokenize = 'ascii'

## word

Words to find.

Only on PostgreSQL.

| column | type | what | class |
|---|---|---|---|
| a | tsvector | words | internal |
MD
made() { "$tool" write head.md y.md y.sql z.sql && diff y.md want.md; }
checked() { "$tool" check head.md y.md y.sql z.sql && ! "$tool" check head.md y.md y.sql 2>/dev/null; }
check the_page_says_what_the_migrations_say made
check a_page_of_before_is_noticed checked

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
