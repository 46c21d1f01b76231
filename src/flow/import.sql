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

-- IMPORT_LINK: a link that is there already
SELECT id FROM link WHERE kind = $1 AND from_kind = $2 AND from_id = $3 AND to_kind = $4 AND to_id = $5;
