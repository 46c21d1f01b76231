-- ENTRY_ADD: one act on the timeline
INSERT INTO entry (id, matter, at, act, from_state, to_state, round, person, party, body, behalf_by, child, note, remark, is_public)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- ENTRY_LIST: the timeline in order
SELECT e.id, e.at, e.act, e.from_state, e.to_state, e.round, COALESCE(e.person, 0), COALESCE(p.name, ''), e.party,
       COALESCE(e.body, 0), COALESCE(CASE WHEN CAST($3 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, ''),
       COALESCE(e.behalf_by, 0), COALESCE(k.name, ''), COALESCE(e.child, 0), e.note, e.remark, e.is_public
FROM entry e LEFT JOIN person p ON p.id = e.person LEFT JOIN body b ON b.id = e.body LEFT JOIN person k ON k.id = e.behalf_by
WHERE e.matter = $1 AND (e.is_public OR $2) ORDER BY e.id LIMIT 500;

-- ENTRY_COUNTS: how often each act was done, and on which child
SELECT act, COALESCE(child, 0), COUNT(*) FROM entry WHERE matter = $1 GROUP BY act, child;

-- FIELD_SET: what an act asked for and got
INSERT INTO field (matter, name, round, value, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (matter, name, round) DO UPDATE SET value = excluded.value, at = excluded.at;

-- FIELD_LIST: everything given, latest round first
SELECT name, value, round, at FROM field WHERE matter = $1 ORDER BY round DESC, name;

-- POINT_LIST: the points in their order
SELECT p.id, p.kind, p.position, p.text, COALESCE(p.unit, 0),
       COALESCE(CASE WHEN CAST($2 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, ''), p.due, p.source_line
FROM point p LEFT JOIN body b ON b.id = p.unit WHERE p.matter = $1 ORDER BY p.kind, p.position;

-- POINT_ADD: one more point
INSERT INTO point (id, matter, kind, position, text, due, source_line) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- POINT_DROP: points of a kind that nobody answered yet
DELETE FROM point WHERE matter = $1 AND kind = $2
  AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.point = point.id);

-- POINT_ASSIGN: who is to answer it, by when
UPDATE point SET unit = $2, due = $3 WHERE id = $1;

-- ASSIGNMENT_LIST: the units of a matter
SELECT a.id, a.round, a.unit, CASE WHEN CAST($2 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, a.kind, a.state, a.reason,
       a.assigned, a.changed
FROM assignment a JOIN body b ON b.id = a.unit WHERE a.matter = $1 ORDER BY a.id;

-- ASSIGNMENT_PUT: assign a unit, or assign it again
INSERT INTO assignment (id, matter, round, unit, kind, state, reason, assigned, assigned_by, changed)
VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8, $7)
ON CONFLICT (matter, unit) DO UPDATE SET round = excluded.round, kind = excluded.kind, state = excluded.state, reason = '',
    assigned = excluded.assigned, assigned_by = excluded.assigned_by, changed = excluded.changed
RETURNING id;

-- ASSIGNMENT_SET: its state moves
UPDATE assignment SET state = $2, reason = $3, changed = $4 WHERE id = $1;

-- CONTACT_LIST: who spoke with the raiser, and when
SELECT k.id, k.unit, CASE WHEN CAST($2 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, k.round, k.mode, k.day, k.note, k.at
FROM contact k JOIN body b ON b.id = k.unit WHERE k.matter = $1 ORDER BY k.id;

-- CONTACT_ADD: a contact is recorded
INSERT INTO contact (id, matter, unit, round, mode, day, note, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- ANSWER_LIST: what was answered to which point
SELECT a.id, a.point, a.round, a.unit, CASE WHEN CAST($2 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, a.outcome, a.reason,
       a.owner, a.due, a.state, a.at
FROM answer a JOIN body b ON b.id = a.unit WHERE a.matter = $1 ORDER BY a.round, a.id;

-- ANSWER_ADD: an answer is asked of a unit, once per point and round
INSERT INTO answer (id, matter, point, round, unit, outcome, reason, owner, due, state, at)
VALUES ($1, $2, $3, $4, $5, '', '', '', '', $6, $7) ON CONFLICT (point, round, unit) DO NOTHING;

-- ANSWER_SET: an answer is given, or given better before it is released
UPDATE answer SET outcome = $2, reason = $3, owner = $4, due = $5, state = $6, person = $7, at = $8 WHERE id = $1;

-- ANSWER_SET_STATE: its state alone
UPDATE answer SET state = $2 WHERE id = $1;

-- ANSWER_DROP_UNIT: what a unit that is no longer in charge was to answer
DELETE FROM answer WHERE matter = $1 AND round = $2 AND unit = $3;

-- POINT_RELEASE: its points are nobody's
UPDATE point SET unit = NULL, due = '' WHERE matter = $1 AND unit = $2;

-- ANSWER_DROP_OTHERS: answers to a point that another unit has now, as far as they were not given
DELETE FROM answer WHERE point = $1 AND round = $2 AND unit <> $3 AND outcome = '';

-- REPLY_LIST: the letters, in order
SELECT r.id, r.round, r.version, r.letter, r.class, r.signer, r.contact, COALESCE(r.unit, 0),
       COALESCE(CASE WHEN CAST($2 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, ''), COALESCE(r.released, 0), r.at
FROM reply r LEFT JOIN body b ON b.id = r.unit WHERE r.matter = $1 ORDER BY r.round, r.version;

-- REPLY_ADD: a new version in this round
INSERT INTO reply (id, matter, round, version, letter, class, signer, contact, unit, person, at)
SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7, $8, $9, $10 FROM reply WHERE matter = $2 AND round = $3;

-- REPLY_RELEASE: the latest version of the round is the answer
UPDATE reply SET released = $3 WHERE matter = $1 AND round = $2
  AND version = (SELECT MAX(version) FROM reply r WHERE r.matter = $1 AND r.round = $2);

-- EVALUATION_LIST: who was asked, and what they said
SELECT v.id, v.round, v.person, p.name, v.panel, v.state, v.overall, v.answered, v.reasons, v.words, v.asked,
       COALESCE(v.given, 0)
FROM evaluation v JOIN person p ON p.id = v.person WHERE v.matter = $1 ORDER BY v.round, v.id;

-- EVALUATION_ADD: ask a person, once per round
INSERT INTO evaluation (id, matter, round, person, panel, state, overall, answered, reasons, words, asked)
VALUES ($1, $2, $3, $4, $5, $6, '', '', '', '', $7) ON CONFLICT (matter, round, person) DO NOTHING;

-- EVALUATION_SET: given, or out of time
UPDATE evaluation SET state = $2, overall = $3, answered = $4, reasons = $5, words = $6, given = $7 WHERE id = $1;

-- CONFIRMATION_LIST: who was asked to confirm the minutes
SELECT k.id, k.round, k.person, p.name, k.state, k.note, k.asked, COALESCE(k.given, 0)
FROM confirmation k JOIN person p ON p.id = k.person WHERE k.matter = $1 ORDER BY k.round, k.id;

-- CONFIRMATION_ADD: ask a participant, once per round
INSERT INTO confirmation (id, matter, round, person, state, note, asked)
VALUES ($1, $2, $3, $4, $5, '', $6) ON CONFLICT (matter, round, person) DO UPDATE SET state = excluded.state, note = '',
    asked = excluded.asked, given = NULL
RETURNING id;

-- CONFIRMATION_SET: answered, or out of time
UPDATE confirmation SET state = $2, note = $3, given = $4 WHERE id = $1;

-- PARTY_LIST: who takes part
SELECT y.id, y.party, COALESCE(y.person, 0), COALESCE(y.body, 0),
       CASE WHEN y.shown <> '' THEN y.shown
            ELSE COALESCE(p.name, CASE WHEN CAST($2 AS TEXT) = 'en' THEN b.name_en ELSE b.name_zh END, '') END,
       y.class, y.state, y.at
FROM party y LEFT JOIN person p ON p.id = y.person LEFT JOIN body b ON b.id = y.body WHERE y.matter = $1 ORDER BY y.id;

-- PARTY_ADD: somebody takes part
INSERT INTO party (id, matter, party, person, body, shown, class, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- PARTY_SET_STATE: confirmed or dropped
UPDATE party SET state = $2 WHERE id = $1;

-- PARTY_DROP: somebody takes part no more
DELETE FROM party WHERE id = $1;

-- CLOCK_LIST: the clocks of a matter
SELECT id, matter, name, COALESCE(child, 0), round, state, started, due, first_due, COALESCE(paused, 0), COALESCE(stopped, 0),
       extended, reminded, escalated, COALESCE(next, 0), past_table
FROM clock WHERE matter = $1 ORDER BY id;

-- CLOCK_BY_ID: one clock
SELECT id, matter, name, COALESCE(child, 0), round, state, started, due, first_due, COALESCE(paused, 0), COALESCE(stopped, 0),
       extended, reminded, escalated, COALESCE(next, 0), past_table
FROM clock WHERE id = $1;

-- CLOCK_ADD: a clock starts
INSERT INTO clock (id, matter, name, child, round, state, started, due, first_due, extended, reminded, escalated, next, past_table)
VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $7, 0, 0, 0, $8, $9);

-- CLOCK_SET: it moves, stands still, stops
UPDATE clock SET state = $2, due = $3, paused = $4, stopped = $5, extended = $6, reminded = $7, escalated = $8, next = $9,
       past_table = $10
WHERE id = $1;

-- CLOCK_DUE: clocks that want attention by now
SELECT id FROM clock WHERE next IS NOT NULL AND next <= $1 ORDER BY next, id LIMIT $2;

-- ASK_LIST: acts that wait for another party
SELECT id, act, inputs, COALESCE(person, 0), at FROM ask WHERE matter = $1 AND state = 'asked' ORDER BY id;

-- ASK_ADD: ask for an act
INSERT INTO ask (id, matter, act, person, at, inputs, state) VALUES ($1, $2, $3, $4, $5, $6, 'asked');

-- ASK_END: granted, refused or dropped
UPDATE ask SET state = $2 WHERE id = $1;

-- LINK_LIST: what belongs to a thing, in either direction
SELECT l.id, l.kind, CASE WHEN l.from_kind = $1 AND l.from_id = $2 THEN l.to_kind ELSE l.from_kind END,
       CASE WHEN l.from_kind = $1 AND l.from_id = $2 THEN l.to_id ELSE l.from_id END,
       l.from_kind = $1 AND l.from_id = $2, COALESCE(m.title, n.topic, ''), COALESCE(m.state, n.state, ''),
       COALESCE(m.procedure, ''), COALESCE(n.code, ''), COALESCE(m.version, 0), COALESCE(m.is_public, TRUE), l.source_line
FROM link l
LEFT JOIN matter m ON m.id = CASE WHEN l.from_kind = $1 AND l.from_id = $2
                                  THEN CASE WHEN l.to_kind = 'matter' THEN l.to_id END
                                  ELSE CASE WHEN l.from_kind = 'matter' THEN l.from_id END END
LEFT JOIN plan n ON n.id = CASE WHEN l.from_kind = $1 AND l.from_id = $2
                                THEN CASE WHEN l.to_kind = 'plan' THEN l.to_id END
                                ELSE CASE WHEN l.from_kind = 'plan' THEN l.from_id END END
WHERE (l.from_kind = $1 AND l.from_id = $2) OR (l.to_kind = $1 AND l.to_id = $2) ORDER BY l.id LIMIT 100;

-- LINK_ADD: two things belong together
INSERT INTO link (id, kind, from_kind, from_id, to_kind, to_id, at, person, source_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (from_kind, from_id, kind, to_kind, to_id) DO NOTHING;

-- LINK_DROP: they do not, after all
DELETE FROM link WHERE id = $1;

-- ATTACHMENT_LIST: the files of a matter
SELECT id, matter, name, type, size, digest, is_public, at FROM attachment WHERE matter = $1 ORDER BY id;

-- ATTACHMENT_BY_ID: one file
SELECT id, matter, name, type, size, digest, is_public, at FROM attachment WHERE id = $1;

-- ATTACHMENT_ADD: a file was given
INSERT INTO attachment (id, matter, entry, name, type, size, digest, is_public, person, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- SUPPORT_ADD: once per person
INSERT INTO support (matter, person, at) VALUES ($1, $2, $3);

-- SUPPORT_COUNT: counted on the matter too, for lists
UPDATE matter SET supports = (SELECT COUNT(*) FROM support WHERE matter = $1) WHERE id = $1;

-- FOLLOW_ADD: follow with an account
INSERT INTO follow (id, matter, person, token, confirmed, at) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (matter, person) DO NOTHING;

-- FOLLOW_ADD_MAIL: follow with an address alone, to be confirmed
INSERT INTO follow (id, matter, mail, mail_key, token, at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (matter, mail_key) DO NOTHING;

-- FOLLOW_BY_MAIL: the row of an address, which may have been there before
SELECT id FROM follow WHERE matter = $1 AND mail_key = $2;

-- FOLLOW_CONFIRM: the button behind the link in the mail was pressed; twice does no harm
UPDATE follow SET confirmed = COALESCE(confirmed, $2) WHERE token = $1;

-- FOLLOW_BY_TOKEN: what the link in a mail is about
SELECT matter, confirmed IS NOT NULL FROM follow WHERE token = $1;

-- FOLLOW_END: no more
DELETE FROM follow WHERE matter = $1 AND person = $2;

-- FOLLOW_END_TOKEN: no more, by the link in a mail
DELETE FROM follow WHERE token = $1;

-- FOLLOW_HAS: does this person follow it
SELECT COUNT(*) FROM follow WHERE matter = $1 AND person = $2;

-- FOLLOW_LIST: whom to write to
SELECT f.id, COALESCE(f.person, 0), f.mail, p.mail, COALESCE(p.lang, '')
FROM follow f LEFT JOIN person p ON p.id = f.person WHERE f.matter = $1 AND f.confirmed IS NOT NULL ORDER BY f.id;
