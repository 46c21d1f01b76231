-- IMPRINT_MATTER: the matter itself; not how many support it, which no act changes
SELECT id, procedure, version, state, state_since, round, edition, title, body, category, openness, raiser, raiser_shown, room, region,
       place, session, serial, case_number, receipt, channel, filed_by, raised, changed, closed, is_public, is_demo, due, due_name,
       result, source, source_line
FROM matter WHERE id = $1;

-- IMPRINT_FIELD: whatever else the acts asked for
SELECT name, round, value, at FROM field WHERE matter = $1 ORDER BY round, name;

-- IMPRINT_TIMELINE: its timeline
SELECT id, at, act, from_state, to_state, round, person, party, body, behalf_by, child, note, remark, is_public
FROM entry WHERE matter = $1 ORDER BY id;

-- IMPRINT_POINT: its points
SELECT id, kind, position, text, unit, due, source_line FROM point WHERE matter = $1 ORDER BY id;

-- IMPRINT_ASSIGNMENT: the units
SELECT id, round, unit, kind, state, reason, assigned, assigned_by, changed FROM assignment WHERE matter = $1 ORDER BY id;

-- IMPRINT_CONTACT: who spoke with the raiser
SELECT id, unit, round, mode, day, note, person, at FROM contact WHERE matter = $1 ORDER BY id;

-- IMPRINT_ANSWER: what was answered
SELECT id, point, round, unit, outcome, reason, owner, due, state, person, at FROM answer WHERE matter = $1 ORDER BY id;

-- IMPRINT_REPLY: the letters
SELECT id, round, version, letter, class, signer, contact, unit, released, person, at FROM reply WHERE matter = $1 ORDER BY id;

-- IMPRINT_ASK: what was asked for and waits, or waited
SELECT id, act, person, at, inputs, state FROM ask WHERE matter = $1 ORDER BY id;

-- IMPRINT_EVALUATION: the judgements
SELECT id, round, person, panel, state, overall, answered, reasons, words, asked, given FROM evaluation WHERE matter = $1 ORDER BY id;

-- IMPRINT_CONFIRMATION: who confirmed the minutes
SELECT id, round, person, state, note, asked, given FROM confirmation WHERE matter = $1 ORDER BY id;

-- IMPRINT_PARTY: who takes part
SELECT id, party, person, body, shown, class, state, at FROM party WHERE matter = $1 ORDER BY id;

-- IMPRINT_CLOCK: the clocks; not what the ticker notes for itself: reminded, escalated, next
SELECT id, name, child, round, state, started, due, first_due, paused, stopped, extended, past_table
FROM clock WHERE matter = $1 ORDER BY id;

-- IMPRINT_LINK: what it belongs to, in either direction
SELECT id, kind, from_kind, from_id, to_kind, to_id, at, person, source_line FROM link
WHERE (from_kind = 'matter' AND from_id = $1) OR (to_kind = 'matter' AND to_id = $1) ORDER BY id;

-- IMPRINT_ATTACHMENT: its files
SELECT id, entry, name, type, size, digest, is_public, person, at FROM attachment WHERE matter = $1 ORDER BY id;

-- IMPRINT_MATTERS_AFTER: the matters in order, a page
SELECT id, receipt, serial FROM matter WHERE id > $1 ORDER BY id LIMIT $2;
