-- TAMPER_BYTE: one entry says something else
UPDATE ledger_entry SET act = 'other' WHERE sequence = 3;

-- TAMPER_ASIDE: a number is given up …
UPDATE ledger_entry SET sequence = NULL WHERE sequence = 2;

-- TAMPER_SWAP: … so that its neighbour can take it …
UPDATE ledger_entry SET sequence = 2 WHERE sequence = 3;

-- TAMPER_BACK: … and it takes the neighbour's
UPDATE ledger_entry SET sequence = 3 WHERE sequence IS NULL;

-- TAMPER_CONTENT_CUT: contents of the tail
DELETE FROM ledger_content WHERE entry IN (SELECT id FROM ledger_entry WHERE sequence > 4);

-- TAMPER_CUT: the tail
DELETE FROM ledger_entry WHERE sequence > 4;

-- TAMPER_UNSEAL: the whole record again as if nobody had sealed it
UPDATE ledger_entry SET sequence = NULL, chain = NULL;

-- TAMPER_HEADS: and no head that says otherwise
DELETE FROM ledger_head;

-- TAMPER_ENTRY: an act in the timeline that the ledger never saw
INSERT INTO entry (id, matter, at, act, from_state, to_state, round, party, note, remark, is_public)
SELECT 1, MIN(id), 5, 'close', 'a', 'b', 0, 'system', '', '', TRUE FROM matter;

-- TAMPER_TITLE: what a page shows says something else
UPDATE matter SET title = 'other' WHERE receipt = 'record:mb-2';

-- TEST_FIRST: the first matter
SELECT MIN(id) FROM matter;

-- TEST_SERIAL: the number of one that was raised
SELECT serial FROM matter WHERE serial <> '' ORDER BY id LIMIT 1;

-- TEST_ATTACH: a file given with a matter
INSERT INTO attachment (id, matter, name, type, size, digest, is_public, at)
SELECT 7, MIN(id), 'a.pdf', 'application/pdf', $1, $2, TRUE, 5 FROM matter;
