-- LEDGER_ADD: an entry, not sealed yet
INSERT INTO ledger_entry (id, version, at, kind, object_kind, object, act, actor, payload_digest, content_digest, receipt, sequence, chain)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL);

-- LEDGER_CONTENT_ADD: content that can be erased
INSERT INTO ledger_content (entry, salt, content) VALUES ($1, $2, $3);

-- LEDGER_ERASE: the contents of all entries about an object
DELETE FROM ledger_content WHERE entry IN (SELECT id FROM ledger_entry WHERE object_kind = $1 AND object = $2);

-- LEDGER_LAST_ACT: what the newest entry about an object says
SELECT act FROM ledger_entry WHERE object_kind = $1 AND object = $2
ORDER BY CASE WHEN sequence IS NULL THEN 0 ELSE 1 END, sequence DESC, id DESC LIMIT 1;

-- LEDGER_WAITING: how many entries wait to be sealed
SELECT COUNT(*) FROM ledger_entry WHERE sequence IS NULL;

-- LEDGER_TURN: whose turn it is to seal: on PostgreSQL this waits for another sealer's end
UPDATE ledger_turn SET turn = turn + 1 WHERE id = 1;

-- LEDGER_TIP: the last sealed entry
SELECT sequence, chain FROM ledger_entry WHERE sequence IS NOT NULL ORDER BY sequence DESC LIMIT 1;

-- LEDGER_UNSEALED: the oldest entries to seal
SELECT id, at, kind, object_kind, object, act, actor, payload_digest, content_digest
FROM ledger_entry WHERE sequence IS NULL ORDER BY id LIMIT $1;

-- LEDGER_SEAL: number and chain one entry
UPDATE ledger_entry SET sequence = $2, chain = $3 WHERE id = $1 AND sequence IS NULL;

-- LEDGER_HEAD_ADD: the signed state after a sealing
INSERT INTO ledger_head (sequence, hash, at, public_key, signature) VALUES ($1, $2, $3, $4, $5);

-- LEDGER_HEAD_LAST: the last signed state
SELECT sequence, hash, at, public_key, signature FROM ledger_head ORDER BY sequence DESC LIMIT 1;

-- LEDGER_HEADS_AFTER: heads in order, a page
SELECT sequence, hash, at, public_key, signature FROM ledger_head WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT $3;

-- LEDGER_ENTRIES_AFTER: sealed entries in order, a page, with the content that was kept
SELECT e.sequence, e.chain, e.receipt, e.id, e.at, e.kind, e.object_kind, e.object, e.act, e.actor, e.payload_digest, e.content_digest,
    CASE WHEN c.entry IS NULL THEN 0 ELSE 1 END, c.salt, c.content, e.version
FROM ledger_entry e LEFT JOIN ledger_content c ON c.entry = e.id
WHERE e.sequence > $1 AND e.sequence <= $2 ORDER BY e.sequence LIMIT $3;

-- LEDGER_BY_RECEIPT: the entry of a receipt
SELECT id, at, kind, object_kind, object, act, actor, payload_digest, content_digest, sequence
FROM ledger_entry WHERE receipt = $1 ORDER BY id LIMIT 1;

-- LEDGER_ABOUT: all entries about an object, in the order of the record, with the content that was kept
SELECT e.id, COALESCE(e.sequence, 0), e.content_digest, CASE WHEN c.entry IS NULL THEN 0 ELSE 1 END, c.salt, c.content
FROM ledger_entry e LEFT JOIN ledger_content c ON c.entry = e.id
WHERE e.object_kind = $1 AND e.object = $2 ORDER BY CASE WHEN e.sequence IS NULL THEN 1 ELSE 0 END, e.sequence, e.id;
