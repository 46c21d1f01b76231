-- MATTER_BY_ID: one matter, whoever asks
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.round, m.edition, m.title, m.body, m.category, m.openness,
       COALESCE(m.raiser, 0), m.raiser_shown, COALESCE(m.room, 0), COALESCE(m.region, 0),
       COALESCE(CASE WHEN CAST($2 AS TEXT) = 'en' THEN r.name_en ELSE r.name_zh END, ''),
       COALESCE(CASE WHEN CAST($2 AS TEXT) = 'en' THEN g.name_en ELSE g.name_zh END, ''),
       m.place, COALESCE(m.session, 0), m.serial, m.case_number, m.receipt, m.channel, m.raised, m.changed,
       COALESCE(m.closed, 0), m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result, m.source, m.source_line
FROM matter m LEFT JOIN body r ON r.id = m.room LEFT JOIN body g ON g.id = m.region WHERE m.id = $1;

-- MATTER_BY_RECEIPT: the matter that a receipt belongs to
SELECT id FROM matter WHERE receipt = $1;

-- MATTER_BY_SERIAL: the newest matter with this serial or case number
SELECT id FROM matter WHERE serial = $1 OR case_number = $1 ORDER BY id DESC LIMIT 1;

-- MATTER_ADD: a matter is raised
INSERT INTO matter (id, procedure, version, state, state_since, round, edition, title, body, category, openness, raiser,
                    raiser_shown, room, region, place, session, serial, case_number, receipt, channel, filed_by, raised, changed,
                    is_public, is_demo, due_name, supports, result, source, source_line)
VALUES ($1, $2, $3, $4, $5, 0, 1, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21, $22, $23, '', 0,
        '', $24, $25);

-- MATTER_MOVE: what an act changes; no row if somebody else acted since the form was drawn
UPDATE matter SET state = $3, state_since = $4, round = $5, edition = edition + 1, is_public = $6, serial = $7, case_number = $8,
       changed = $9, closed = $10, due = $11, due_name = $12, result = $13, room = $14, raiser = $15, session = $16
WHERE id = $1 AND edition = $2;

-- MATTER_SET_VERSION: which version of its procedure it is under from now on
UPDATE matter SET version = $2 WHERE id = $1;

-- MATTER_SET_TEXT: what the raiser wrote
UPDATE matter SET title = $2, body = $3, category = $4, openness = $5, place = $6, room = $7, region = $8 WHERE id = $1;

-- COUNTER_NEXT: the next number of a name and scope
INSERT INTO counter (name, scope, number) VALUES ($1, $2, 1)
ON CONFLICT (name, scope) DO UPDATE SET number = counter.number + 1 RETURNING number;
