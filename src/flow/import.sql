-- IMPORT_TERM: a term of the committee by its number
SELECT id FROM term WHERE body = $1 AND number = $2;

-- IMPORT_TERM_ADD: a new term
INSERT INTO term (id, body, number, source, source_line) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (body, number) DO NOTHING;

-- IMPORT_SESSION_ADD: a new session; the current one if no other is
INSERT INTO session (id, term, number, opened, closed, rapporteur, is_current, source, source_line)
SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT),
    CAST($6 AS TEXT), NOT EXISTS (SELECT 1 FROM session WHERE is_current), CAST($7 AS TEXT), CAST($8 AS TEXT)
WHERE TRUE
ON CONFLICT (term, number) DO NOTHING;

-- IMPORT_PERSON: a person named in a source
SELECT id FROM person WHERE source = $1 AND name = $2 AND is_member;

-- IMPORT_PERSON_ADD: a member named in a source, without an account
INSERT INTO person (id, login, name, shown_name, phone, phone_key, mail, mail_key, password, must_change,
    verified, lang, is_member, is_demo, source, source_line, created, failed, locked_until, ended)
VALUES ($1, NULL, $2, $2, NULL, NULL, NULL, NULL, '', FALSE, 0, '', TRUE, FALSE, $3, $4, $5, 0, 0, NULL);

-- IMPORT_MATTER: an imported matter by its receipt
SELECT id FROM matter WHERE receipt = $1;

-- IMPORT_MATTER_ADD: a matter as the source has it: no number, no clock, no result
INSERT INTO matter (id, procedure, version, state, state_since, round, edition, title, body, category,
    openness, raiser, raiser_shown, room, region, place, session, serial, case_number, receipt, channel,
    filed_by, raised, changed, closed, is_public, is_demo, due, due_name, supports, result, source,
    source_line)
VALUES ($1, $2, $3, $4, $5, 1, 1, $6, $7, $8, 'open', $9, $10, NULL, NULL, '', NULL, '', '', $11, 'import',
    NULL, $5, $5, NULL, TRUE, FALSE, NULL, '', 0, '', $12, $13)
ON CONFLICT (receipt) DO NOTHING;

-- IMPORT_FIELD_ADD: what the procedure would have asked for
INSERT INTO field (matter, name, round, value, at) VALUES ($1, $2, 1, $3, $4);

-- IMPORT_ENTRY_ADD: the first line of the matter's timeline
INSERT INTO entry (id, matter, at, act, from_state, to_state, round, person, party, body, behalf_by, note,
    is_public)
VALUES ($1, $2, $3, 'recorded', '', $4, 1, NULL, 'system', NULL, NULL, '', TRUE);

-- IMPORT_POINT_ADD: one suggestion of a matter
INSERT INTO point (id, matter, kind, position, text, unit, due, source_line)
VALUES ($1, $2, 'suggestion', $3, $4, NULL, '', $5);

-- IMPORT_LINK_ADD: two records that belong together
INSERT INTO link (id, kind, from_kind, from_id, to_kind, to_id, at, person, source_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)
ON CONFLICT (from_kind, from_id, kind, to_kind, to_id) DO NOTHING;
