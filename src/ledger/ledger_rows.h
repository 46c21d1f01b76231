/*
 * ledger_rows -- the columns of an entry and of a head, taken in the order of ledger.sql. Shared by
 * the files of this folder.
 */
#pragma once
#include "db/db.h"
#include "ledger/canon.h"

/* id, at, kind, object_kind, object, act, actor, payload_digest, content_digest */
void ledger_take_row(struct rows *row, struct arena *a, struct ledger_row *entry);

/* sequence, hash, at, public_key, signature. False when a blob has the wrong length. */
bool ledger_take_head(struct rows *row, struct arena *a, struct ledger_head *head);

/* Copy exactly `len` bytes. False when it has another length. */
bool ledger_take_bytes(struct rows *row, struct arena *a, unsigned char *at, size_t len);
