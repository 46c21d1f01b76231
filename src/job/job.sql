-- JOB_ADD: queue a job; the same kind and key again has no effect
INSERT INTO job (id, kind, key, data, due, state, tries, lease, holder, error, added, ended)
VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, 0, '', $6, NULL)
ON CONFLICT (kind, key) DO NOTHING;

-- JOB_AGAIN: a job that failed or was done is queued once more
INSERT INTO job (id, kind, key, data, due, state, tries, lease, holder, error, added, ended)
VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, 0, '', $6, NULL)
ON CONFLICT (kind, key) DO UPDATE SET state = 'waiting', data = excluded.data, due = excluded.due, tries = 0, lease = 0, holder = 0, ended = NULL
WHERE job.state <> 'waiting';

-- JOB_PURGE: forget what was done long ago
DELETE FROM job WHERE state = 'done' AND ended < $1;

-- JOB_COUNT: overdue and failed ones
SELECT COUNT(*) FILTER (WHERE state = 'waiting' AND due < $1 AND lease < $1), COUNT(*) FILTER (WHERE state = 'failed')
FROM job WHERE state IN ('waiting', 'failed');

-- JOB_NEXT: when a job of a kind can be claimed at the earliest; $2 if there is none
SELECT COALESCE(MIN(free.at), CAST($2 AS BIGINT)) FROM (
    SELECT at FROM (SELECT due AS at FROM job WHERE state = 'waiting' AND kind = $1 AND lease = 0 ORDER BY due, id LIMIT 1) waiting
    UNION ALL
    SELECT CASE WHEN lease > due THEN lease ELSE due END FROM job WHERE kind = $1 AND lease > 0 AND state = 'waiting') free;

-- JOB_CLAIM: take the oldest due job of a kind; until $2, as attempt $4
-- @sqlite
UPDATE job SET lease = $2, holder = $4, tries = tries + 1
WHERE id = (SELECT id FROM job WHERE state = 'waiting' AND kind = $3 AND due <= $1 AND lease <= $1
            ORDER BY due, id LIMIT 1)
RETURNING id, key, data, due, tries;
-- @postgres
UPDATE job SET lease = $2, holder = $4, tries = tries + 1
WHERE id = (SELECT id FROM job WHERE state = 'waiting' AND kind = $3 AND due <= $1 AND lease <= $1
            ORDER BY due, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, key, data, due, tries;

-- JOB_END: an attempt is over: done or failed
UPDATE job SET state = $3, error = $4, ended = $5, lease = 0, holder = 0 WHERE id = $1 AND holder = $2;

-- JOB_LATER: an attempt is over: again later, with the tries counted so far
UPDATE job SET due = $3, tries = $4, error = $5, lease = 0, holder = 0 WHERE id = $1 AND holder = $2;
