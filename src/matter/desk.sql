-- QUEUE_DATED: matters of a cell of a queue that have a time limit, soonest first, after a place and until a moment
WITH RECURSIVE inside(id) AS (
    SELECT id FROM body WHERE CAST($5 AS TEXT) LIKE '%,' || CAST(id AS TEXT) || ',%'
    UNION SELECT b.id FROM body b JOIN inside i ON b.parent = i.id)
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($10 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.procedure = $1 AND m.state = $2 AND (m.due, m.id) > (CAST($11 AS BIGINT), CAST($12 AS BIGINT)) AND m.due <= $13
  AND ($3 = '' OR EXISTS (SELECT 1 FROM assignment a WHERE a.matter = m.id AND a.state = $3))
  AND ($4 = '' OR EXISTS (SELECT 1 FROM ask k WHERE k.matter = m.id AND k.act = $4 AND k.state = 'asked'))
  AND ($6 OR m.room IN (SELECT id FROM inside)) AND ($7 = '' OR m.category = $7)
  AND ($8 = '' OR m.title LIKE $8 ESCAPE '\' OR m.serial = $9 OR m.case_number = $9 OR m.receipt = $9)
ORDER BY m.due, m.id LIMIT $14;

-- QUEUE_UNDATED: those without one, oldest first
WITH RECURSIVE inside(id) AS (
    SELECT id FROM body WHERE CAST($5 AS TEXT) LIKE '%,' || CAST(id AS TEXT) || ',%'
    UNION SELECT b.id FROM body b JOIN inside i ON b.parent = i.id)
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0),
       COALESCE(CASE WHEN CAST($10 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''), m.serial, m.case_number, m.raised,
       m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line,
       m.openness, substr(m.body, 1, 120), m.edition
FROM matter m LEFT JOIN body r ON r.id = m.room
WHERE m.procedure = $1 AND m.state = $2 AND m.due IS NULL AND m.id > $11
  AND ($3 = '' OR EXISTS (SELECT 1 FROM assignment a WHERE a.matter = m.id AND a.state = $3))
  AND ($4 = '' OR EXISTS (SELECT 1 FROM ask k WHERE k.matter = m.id AND k.act = $4 AND k.state = 'asked'))
  AND ($6 OR m.room IN (SELECT id FROM inside)) AND ($7 = '' OR m.category = $7)
  AND ($8 = '' OR m.title LIKE $8 ESCAPE '\' OR m.serial = $9 OR m.case_number = $9 OR m.receipt = $9)
ORDER BY m.id LIMIT $12;

-- QUEUE_COUNTS: a cell of a queue by room: all, overdue at $5, due until $6, and the oldest
SELECT COALESCE(m.room, 0), COUNT(*), COUNT(CASE WHEN m.due <= $5 THEN 1 END), COUNT(CASE WHEN m.due > $5 AND m.due <= $6 THEN 1 END),
       MIN(m.state_since)
FROM matter m WHERE m.procedure = $1 AND m.state = $2
  AND ($3 = '' OR EXISTS (SELECT 1 FROM assignment a WHERE a.matter = m.id AND a.state = $3))
  AND ($4 = '' OR EXISTS (SELECT 1 FROM ask k WHERE k.matter = m.id AND k.act = $4 AND k.state = 'asked'))
GROUP BY m.room;

-- QUEUE_COUNTS_DATED: the same of an end, where only what has a time limit counts
SELECT COALESCE(m.room, 0), COUNT(*), COUNT(CASE WHEN m.due <= $5 THEN 1 END), COUNT(CASE WHEN m.due > $5 AND m.due <= $6 THEN 1 END),
       MIN(m.state_since)
FROM matter m WHERE m.procedure = $1 AND m.state = $2 AND m.due > 0
  AND ($3 = '' OR EXISTS (SELECT 1 FROM assignment a WHERE a.matter = m.id AND a.state = $3))
  AND ($4 = '' OR EXISTS (SELECT 1 FROM ask k WHERE k.matter = m.id AND k.act = $4 AND k.state = 'asked'))
GROUP BY m.room;

-- INBOX_LIST: what units were given to handle, by the nearest time limit: in the states of $6, or in the others; $12: in hand
WITH RECURSIVE inside(id) AS (
    SELECT id FROM body WHERE $11 OR CAST($1 AS TEXT) LIKE '%,' || CAST(id AS TEXT) || ',%'
    UNION SELECT b.id FROM body b JOIN inside i ON b.parent = i.id),
work AS (
    SELECT a.id, a.matter, a.kind, a.state, a.unit, a.assigned,
           COALESCE((SELECT MIN(k.due) FROM clock k WHERE k.matter = a.matter AND k.state = 'running'
                       AND (k.child = a.id OR (k.child IS NULL AND CAST($2 AS TEXT) LIKE '%,' || k.name || ',%'))),
                    CAST($4 AS BIGINT)) AS due
    FROM assignment a
    WHERE a.unit IN (SELECT id FROM inside) AND a.state <> 'removed' AND ($5 = '' OR a.state = $5)
      AND NOT ($12 AND a.state IN ('assigned', 'return_asked')))
SELECT w.id, w.matter, w.kind, w.state, CASE WHEN CAST($3 AS TEXT) = 'en' THEN u.name_en ELSE u.name_zh END, w.assigned, w.due,
       m.procedure, m.version, m.state, m.title, m.serial, m.case_number, m.is_demo, m.changed,
       (SELECT COUNT(*) FROM answer n WHERE n.matter = m.id AND n.unit = w.unit AND n.round = m.round),
       (SELECT COUNT(*) FROM answer n WHERE n.matter = m.id AND n.unit = w.unit AND n.round = m.round AND n.outcome <> '')
FROM work w JOIN matter m ON m.id = w.matter JOIN body u ON u.id = w.unit
WHERE (CAST($6 AS TEXT) LIKE '%,' || m.procedure || '.' || m.state || ',%') = $7
  AND (w.due, w.id) > (CAST($8 AS BIGINT), CAST($9 AS BIGINT))
ORDER BY w.due, w.id LIMIT $10;

-- INBOX_COUNT: how much that is, and how much of it is late at $3
WITH RECURSIVE inside(id) AS (
    SELECT id FROM body WHERE $7 OR CAST($1 AS TEXT) LIKE '%,' || CAST(id AS TEXT) || ',%'
    UNION SELECT b.id FROM body b JOIN inside i ON b.parent = i.id)
SELECT COUNT(*), COUNT(CASE WHEN EXISTS (SELECT 1 FROM clock k WHERE k.matter = a.matter AND k.state = 'running' AND k.due <= $3
         AND (k.child = a.id OR (k.child IS NULL AND CAST($2 AS TEXT) LIKE '%,' || k.name || ',%'))) THEN 1 END)
FROM assignment a JOIN matter m ON m.id = a.matter
WHERE a.unit IN (SELECT id FROM inside) AND a.state <> 'removed' AND ($4 = '' OR a.state = $4)
  AND NOT ($8 AND a.state IN ('assigned', 'return_asked'))
  AND (CAST($5 AS TEXT) LIKE '%,' || m.procedure || '.' || m.state || ',%') = $6;
