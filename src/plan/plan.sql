-- PLAN_LIST: the items of one year, or of all for 0, in the order of the source
SELECT id, code, year, kind, topic, topic_en, state, plan_group, position, note, note_en, source, source_line
FROM plan WHERE year = $1 OR CAST($1 AS BIGINT) = 0 ORDER BY position, code;

-- PLAN_YEARS: the years that have items
SELECT DISTINCT year FROM plan ORDER BY year DESC;

-- PLAN_BY_CODE: one item
SELECT id, code, year, kind, topic, topic_en, state, plan_group, position, note, note_en, source, source_line
FROM plan WHERE code = $1;

-- PLAN_BY_ID: one item
SELECT id, code, year, kind, topic, topic_en, state, plan_group, position, note, note_en, source, source_line
FROM plan WHERE id = $1;

-- PLAN_PUT: a new item, or the new words of one; no row when nothing is new
INSERT INTO plan (id, code, year, kind, topic, topic_en, state, plan_group, position, note, note_en, source, source_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (code) DO UPDATE SET year = excluded.year, kind = excluded.kind, topic = excluded.topic,
    topic_en = excluded.topic_en,    state = excluded.state, plan_group = excluded.plan_group, position = excluded.position,
    note = excluded.note, note_en = excluded.note_en, source = excluded.source, source_line = excluded.source_line
WHERE (plan.year, plan.kind, plan.topic, plan.topic_en, plan.state, plan.plan_group, plan.position, plan.note, plan.note_en,
       plan.source, plan.source_line)
   <> (excluded.year, excluded.kind, excluded.topic, excluded.topic_en, excluded.state, excluded.plan_group,
       excluded.position, excluded.note, excluded.note_en, excluded.source, excluded.source_line);
