-- MATTER_LIST_NEWEST: a page of the public list, newest first
WITH RECURSIVE room(id) AS (SELECT CAST($4 AS BIGINT) UNION SELECT b.id FROM body b JOIN room u ON b.parent = u.id),
     region(id) AS (SELECT CAST($5 AS BIGINT) UNION SELECT b.id FROM body b JOIN region u ON b.parent = u.id)
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($9 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.is_public = TRUE AND ($1 = '' OR m.procedure = $1) AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.category = $3)
  AND (CAST($4 AS BIGINT) = 0 OR m.room IN (SELECT id FROM room)) AND (CAST($5 AS BIGINT) = 0 OR m.region IN (SELECT id FROM region))
  AND ($10 = '' OR ($10 = 'raised' AND m.raised >= $11 AND m.channel <> 'import')
       OR ($10 = 'settled' AND m.raised >= $11 AND m.channel <> 'import' AND m.closed IS NOT NULL AND m.state <> 'merged')
       OR ($10 = 'answered' AND EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id AND k.name = 'reply' AND k.state = 'stopped' AND k.stopped >= $11))
       OR ($10 = 'evaluated' AND EXISTS (SELECT 1 FROM evaluation v WHERE v.matter = m.id AND v.given >= $11)))
  AND (m.raised, m.id) < (CAST($6 AS BIGINT), CAST($7 AS BIGINT))
ORDER BY m.raised DESC, m.id DESC LIMIT $8;

-- MATTER_LIST_NEWEST_BACK: a page of the public list, the page before that, in reverse
WITH RECURSIVE room(id) AS (SELECT CAST($4 AS BIGINT) UNION SELECT b.id FROM body b JOIN room u ON b.parent = u.id),
     region(id) AS (SELECT CAST($5 AS BIGINT) UNION SELECT b.id FROM body b JOIN region u ON b.parent = u.id)
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($9 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.is_public = TRUE AND ($1 = '' OR m.procedure = $1) AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.category = $3)
  AND (CAST($4 AS BIGINT) = 0 OR m.room IN (SELECT id FROM room)) AND (CAST($5 AS BIGINT) = 0 OR m.region IN (SELECT id FROM region))
  AND ($10 = '' OR ($10 = 'raised' AND m.raised >= $11 AND m.channel <> 'import')
       OR ($10 = 'settled' AND m.raised >= $11 AND m.channel <> 'import' AND m.closed IS NOT NULL AND m.state <> 'merged')
       OR ($10 = 'answered' AND EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id AND k.name = 'reply' AND k.state = 'stopped' AND k.stopped >= $11))
       OR ($10 = 'evaluated' AND EXISTS (SELECT 1 FROM evaluation v WHERE v.matter = m.id AND v.given >= $11)))
  AND (m.raised, m.id) > (CAST($6 AS BIGINT), CAST($7 AS BIGINT))
ORDER BY m.raised, m.id LIMIT $8;

-- MATTER_LIST_CHANGED: a page of the public list, latest act first
WITH RECURSIVE room(id) AS (SELECT CAST($4 AS BIGINT) UNION SELECT b.id FROM body b JOIN room u ON b.parent = u.id),
     region(id) AS (SELECT CAST($5 AS BIGINT) UNION SELECT b.id FROM body b JOIN region u ON b.parent = u.id)
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($9 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.is_public = TRUE AND ($1 = '' OR m.procedure = $1) AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.category = $3)
  AND (CAST($4 AS BIGINT) = 0 OR m.room IN (SELECT id FROM room)) AND (CAST($5 AS BIGINT) = 0 OR m.region IN (SELECT id FROM region))
  AND ($10 = '' OR ($10 = 'raised' AND m.raised >= $11 AND m.channel <> 'import')
       OR ($10 = 'settled' AND m.raised >= $11 AND m.channel <> 'import' AND m.closed IS NOT NULL AND m.state <> 'merged')
       OR ($10 = 'answered' AND EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id AND k.name = 'reply' AND k.state = 'stopped' AND k.stopped >= $11))
       OR ($10 = 'evaluated' AND EXISTS (SELECT 1 FROM evaluation v WHERE v.matter = m.id AND v.given >= $11)))
  AND (m.changed, m.id) < (CAST($6 AS BIGINT), CAST($7 AS BIGINT))
ORDER BY m.changed DESC, m.id DESC LIMIT $8;

-- MATTER_LIST_CHANGED_BACK: a page of the public list, the page before that, in reverse
WITH RECURSIVE room(id) AS (SELECT CAST($4 AS BIGINT) UNION SELECT b.id FROM body b JOIN room u ON b.parent = u.id),
     region(id) AS (SELECT CAST($5 AS BIGINT) UNION SELECT b.id FROM body b JOIN region u ON b.parent = u.id)
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($9 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.is_public = TRUE AND ($1 = '' OR m.procedure = $1) AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.category = $3)
  AND (CAST($4 AS BIGINT) = 0 OR m.room IN (SELECT id FROM room)) AND (CAST($5 AS BIGINT) = 0 OR m.region IN (SELECT id FROM region))
  AND ($10 = '' OR ($10 = 'raised' AND m.raised >= $11 AND m.channel <> 'import')
       OR ($10 = 'settled' AND m.raised >= $11 AND m.channel <> 'import' AND m.closed IS NOT NULL AND m.state <> 'merged')
       OR ($10 = 'answered' AND EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id AND k.name = 'reply' AND k.state = 'stopped' AND k.stopped >= $11))
       OR ($10 = 'evaluated' AND EXISTS (SELECT 1 FROM evaluation v WHERE v.matter = m.id AND v.given >= $11)))
  AND (m.changed, m.id) > (CAST($6 AS BIGINT), CAST($7 AS BIGINT))
ORDER BY m.changed, m.id LIMIT $8;

-- MATTER_LIST_RAISER: what one person raised, public or not
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($5 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.raiser = $1 AND (m.raised, m.id) < (CAST($2 AS BIGINT), CAST($3 AS BIGINT))
ORDER BY m.raised DESC, m.id DESC LIMIT $4;

-- MATTER_LISTED: one matter as lists show it
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($2 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.id = $1;

-- MATTER_COUNT: how many the public list has, counted up to $6
WITH RECURSIVE room(id) AS (SELECT CAST($4 AS BIGINT) UNION SELECT b.id FROM body b JOIN room u ON b.parent = u.id),
     region(id) AS (SELECT CAST($5 AS BIGINT) UNION SELECT b.id FROM body b JOIN region u ON b.parent = u.id)
SELECT COUNT(*) FROM (SELECT m.id FROM matter m
WHERE m.is_public = TRUE AND ($1 = '' OR m.procedure = $1) AND ($2 = '' OR m.state = $2) AND ($3 = '' OR m.category = $3)
  AND (CAST($4 AS BIGINT) = 0 OR m.room IN (SELECT id FROM room)) AND (CAST($5 AS BIGINT) = 0 OR m.region IN (SELECT id FROM region))
  AND ($7 = '' OR ($7 = 'raised' AND m.raised >= $8 AND m.channel <> 'import')
       OR ($7 = 'settled' AND m.raised >= $8 AND m.channel <> 'import' AND m.closed IS NOT NULL AND m.state <> 'merged')
       OR ($7 = 'answered' AND EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id AND k.name = 'reply' AND k.state = 'stopped' AND k.stopped >= $8))
       OR ($7 = 'evaluated' AND EXISTS (SELECT 1 FROM evaluation v WHERE v.matter = m.id AND v.given >= $8)))
LIMIT $6) AS listed;
