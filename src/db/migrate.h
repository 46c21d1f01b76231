/*
 * migrate -- brings a database to the schema of this program.
 *
 * Migrations are the files src/db/migrations/NNNN_name.sql, embedded, numbered from 0000 without a
 * gap, each applied once, in order, in a transaction of its own, and recorded in table `migration`.
 * A migration that has been released is never changed; its comments may be.
 *
 * One text serves both engines: %ID% is INTEGER or BIGINT, %BYTES% is BLOB or BYTEA. What must
 * differ stands in sections, each running to the next such line:
 *
 *     -- @sqlite
 *     -- @postgres
 *     -- @both
 *
 * A comment line stands above each CREATE TABLE, a comment with its class of personal data behind
 * each column; tools/schema_doc.c makes doc/schema.md from them and refuses what lacks one:
 *
 *     -- What somebody wants to have talked over.
 *     CREATE TABLE matter (
 *         id    %ID% NOT NULL PRIMARY KEY, -- made by the program [public]
 *         phone TEXT NOT NULL              -- of the raiser [restricted]
 *     );
 */
#pragma once
#include "base/embedded.h"
#include "db/db.h"

struct migrate_options {
    str backup_folder;   /* empty: beside the SQLite file; PostgreSQL then has nowhere to put it */
    bool without_backup; /* the operator has one */
    bool check_only;     /* say what would be done */
    const struct embedded *files; /* NULL: those of the program */
    size_t file_count;
};

struct migrate_report {
    int known, applied, pending; /* in the program; before; not yet (afterwards 0) */
    char why[256];               /* of a refusal, for the operator; in English */
    char backup[512];            /* where the copy was put; empty: none was needed */
};

/* Pre-flight, backup, migrations. `report` is filled in any case.
 * DENIED: the database is newer than this program, or its backup cannot be made here.
 * INVALID: a migration that was applied is not the one the program knows. FAULT: one failed; those
 * before it stay applied, and `why` names it. */
enum err migrate(struct db_pool *pool, const struct migrate_options *options,
                 struct migrate_report *report) MUST_USE;

/* Digest of the statements of a migration, without comments and white space. */
str migrate_digest(struct arena *a, str text);

/* What an engine is to run of a migration: its sections, with macros replaced. */
str migrate_text(struct arena *a, str text, enum db_engine engine);
