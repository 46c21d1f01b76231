-- BODY_BY_ID: one body
SELECT id, kind, code, name_zh, name_en, COALESCE(parent, 0), is_pilot, is_demo, source, source_line FROM body WHERE id = $1;

-- BODY_BY_CODE: one body by its stable name
SELECT id, kind, code, name_zh, name_en, COALESCE(parent, 0), is_pilot, is_demo, source, source_line
FROM body WHERE kind = $1 AND code = $2;

-- BODY_LIST: all that are in being, of one kind or of every kind
SELECT id, kind, code, name_zh, name_en, COALESCE(parent, 0), is_pilot, is_demo, source, source_line
FROM body WHERE ($1 = '' OR kind = $1) AND ended IS NULL ORDER BY kind, code;

-- BODY_ADD: a new body; one of this kind and code stays as it is
INSERT INTO body (id, kind, code, name_zh, name_en, parent, is_pilot, is_demo, source, source_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (kind, code) DO NOTHING;

-- SESSION_CURRENT: the session in which new numbers are given
SELECT s.id, s.term, t.number, s.number, s.opened, s.closed, s.rapporteur, s.source_line
FROM session s JOIN term t ON t.id = s.term WHERE s.is_current ORDER BY t.number DESC, s.number DESC LIMIT 1;
