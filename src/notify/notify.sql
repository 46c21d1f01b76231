-- OUTBOX_PUT: write a message; the same key again has no effect
INSERT INTO outbox (id, key, channel, address, subject, body, unsubscribe, state, tries, error, added, changed)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, '', $8, $8)
ON CONFLICT (key) DO NOTHING;

-- OUTBOX_STATE: where a message stands
SELECT state, channel FROM outbox WHERE key = $1;

-- OUTBOX_BEGIN: an attempt begins
UPDATE outbox SET state = 'sending', tries = tries + 1, changed = $2 WHERE key = $1
RETURNING id, channel, address, subject, body, unsubscribe, added;

-- OUTBOX_END: what became of the attempt; the body is kept only for another one
UPDATE outbox SET state = $2, error = $3, changed = $4 WHERE key = $1;

-- OUTBOX_SENT: it went out
UPDATE outbox SET state = 'sent', error = '', body = $3, changed = $2 WHERE key = $1;

-- OUTBOX_AGAIN: the operator's word
UPDATE outbox SET state = 'waiting', changed = $2 WHERE key = $1 AND state IN ('unknown', 'failed');

-- OUTBOX_PURGE: blank what was settled long ago
UPDATE outbox SET address = $2, body = $2, subject = '' WHERE state IN ('sent', 'failed') AND changed < $1;

-- OUTBOX_COUNT: how many stand where
SELECT COUNT(*) FILTER (WHERE state IN ('waiting', 'sending')), COUNT(*) FILTER (WHERE state = 'failed'), COUNT(*) FILTER (WHERE state = 'unknown')
FROM outbox WHERE state <> 'sent';
