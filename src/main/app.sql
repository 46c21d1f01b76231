-- PROCEDURE_TEXTS: every version a matter may run under
SELECT name, version, text FROM procedure_text ORDER BY name, version;

-- PROCEDURE_TEXT_ADD: keep a version word for word
INSERT INTO procedure_text (name, version, digest, text, loaded) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (name, version) DO NOTHING;

-- CALENDAR_LIST: the holiday table
SELECT day, kind, name FROM calendar_day ORDER BY day;

-- CALENDAR_COUNT: is there a table
SELECT COUNT(*) FROM calendar_day;

-- CALENDAR_DAY_PUT: one day of it
INSERT INTO calendar_day (day, kind, name, source) VALUES ($1, $2, $3, $4)
ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, source = excluded.source;

-- HOUSE_SIGN_INS: sign-ins that are over
DELETE FROM sign_in WHERE expires <= $1;

-- HOUSE_ONCE: numbers of forms that nobody will send again
DELETE FROM once WHERE at < $1;

-- PEOPLE_LIST: accounts and their roles
SELECT COALESCE(p.login, ''), p.name, p.verified, COALESCE(r.name, ''), COALESCE(b.code, '')
FROM person p LEFT JOIN role r ON r.person = p.id AND r.ended IS NULL LEFT JOIN body b ON b.id = r.scope
WHERE p.ended IS NULL AND p.login IS NOT NULL ORDER BY p.login, r.given;

-- DATABASE_INTEGRITY: "ok", or the first fault found
-- @sqlite
PRAGMA integrity_check(1);
-- @postgres
SELECT 'ok';

-- SEALED_ONE: something that only the key of this instance opens
SELECT COALESCE(phone, mail) FROM person WHERE phone IS NOT NULL OR mail IS NOT NULL ORDER BY id LIMIT 1;

-- ATTACHMENTS_AFTER: files that the records name, a page
SELECT id, size, digest FROM attachment WHERE id > $1 ORDER BY id LIMIT $2;

-- ENTRIES_WITHOUT_LEDGER: acts in the timeline that the ledger does not know, a page; what clocks note there, and what an act ends by the way, is no act
SELECT e.id, e.matter, e.act FROM entry e
WHERE e.id > $1 AND e.act NOT IN ('escalated', 'time_out', 'overdue') AND e.act NOT LIKE '%.dropped' AND NOT EXISTS (
    SELECT 1 FROM ledger_entry l WHERE l.object_kind = 'matter' AND l.object = e.matter AND l.act = e.act AND l.at = e.at)
ORDER BY e.id LIMIT $2;
