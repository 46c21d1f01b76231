-- FLOW_MERGE_FOLLOWERS: whoever followed the merged matter follows the other, unless he does already
UPDATE follow SET matter = $2 WHERE matter = $1
  AND NOT EXISTS (SELECT 1 FROM follow o WHERE o.matter = $2
                  AND (o.person = follow.person OR o.mail_key = follow.mail_key));

-- FLOW_ROLE_HOLDERS: people with a role for a body, directly or through what it belongs to; -1: wherever they hold it
WITH RECURSIVE up(id) AS (
    SELECT CAST($2 AS BIGINT)
    UNION
    SELECT b.parent FROM body b JOIN up ON b.id = up.id WHERE b.parent IS NOT NULL
)
SELECT DISTINCT p.id, p.mail, p.lang FROM role r JOIN person p ON p.id = r.person
WHERE r.name = $1 AND r.ended IS NULL AND p.ended IS NULL AND p.mail IS NOT NULL
  AND (r.scope IS NULL OR CAST($2 AS BIGINT) = -1 OR r.scope IN (SELECT id FROM up)) ORDER BY p.id LIMIT 200;

-- FLOW_PERSON_MAIL: where one person gets mail
SELECT id, mail, lang FROM person WHERE id = $1 AND ended IS NULL AND mail IS NOT NULL;

-- FLOW_MATTERS_GONE: matters that the ledger knows and that are not there, a page
SELECT DISTINCT e.object FROM ledger_entry e
WHERE e.object_kind = 'matter' AND e.object > $1 AND NOT EXISTS (SELECT 1 FROM matter m WHERE m.id = e.object)
ORDER BY e.object LIMIT $2;
