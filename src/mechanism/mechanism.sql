-- MECHANISM_LIST: all mechanisms, in the order of the source
SELECT id, code, term_zh, term_en, purpose_zh, purpose_en, grouping, position, source, source_line
FROM mechanism ORDER BY position, code;

-- MECHANISM_BY_CODE: one mechanism
SELECT id, code, term_zh, term_en, purpose_zh, purpose_en, grouping, position, source, source_line
FROM mechanism WHERE code = $1;

-- MECHANISM_BY_ID: one mechanism
SELECT id, code, term_zh, term_en, purpose_zh, purpose_en, grouping, position, source, source_line
FROM mechanism WHERE id = $1;

-- MECHANISM_PUT: a new mechanism, or the new words of one; no row when nothing is new
INSERT INTO mechanism (id, code, term_zh, term_en, purpose_zh, purpose_en, grouping, position, source,
    source_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (code) DO UPDATE SET term_zh = excluded.term_zh, term_en = excluded.term_en,
    purpose_zh = excluded.purpose_zh, purpose_en = excluded.purpose_en, grouping = excluded.grouping,
    position = excluded.position, source = excluded.source, source_line = excluded.source_line
WHERE (mechanism.term_zh, mechanism.term_en, mechanism.purpose_zh, mechanism.purpose_en,
       mechanism.grouping, mechanism.position, mechanism.source, mechanism.source_line)
   <> (excluded.term_zh, excluded.term_en, excluded.purpose_zh, excluded.purpose_en,
       excluded.grouping, excluded.position, excluded.source, excluded.source_line);
