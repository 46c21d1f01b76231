-- TOWN_MAILS: messages with a key that begins so
SELECT COUNT(*) FROM outbox WHERE substr(key, 1, length($1)) = $1;

-- TOWN_MAILS_TO: and with a key that ends so
SELECT COUNT(*) FROM outbox WHERE substr(key, 1, length($1)) = $1 AND substr(key, length(key) - length($2) + 1) = $2;

-- TOWN_ENTRIES: how often an act stands on a timeline
SELECT COUNT(*) FROM entry WHERE matter = $1 AND act = $2;

-- TOWN_LEDGER: entries of the ledger about a matter
SELECT COUNT(*) FROM ledger_entry WHERE object_kind = 'matter' AND object = $1;

-- TOWN_TIMELINE: all rows of all timelines but what an act ends by the way
SELECT COUNT(*) FROM entry WHERE act NOT LIKE '%.dropped';

-- TOWN_RECORD: entries of the ledger about acts of matters, without those about what another matter's act changed
SELECT COUNT(*) FROM ledger_entry WHERE object_kind = 'matter' AND act NOT IN ('linked', 'unlinked', 'merged_here', 'clock_stopped', 'erased');

-- TOWN_MATTERS: all matters
SELECT COUNT(*) FROM matter;

-- TOWN_FOUND: whether a document can be found by everybody
SELECT visibility FROM search_doc WHERE id = $1;

-- TOWN_TERM: a term of the committee
INSERT INTO term (id, body, number, source, source_line) VALUES ($1, $2, 14, '', '');

-- TOWN_SESSION: its current session
INSERT INTO session (id, term, number, opened, closed, rapporteur, is_current, source, source_line)
VALUES ($1, $2, 5, '', '2026-03-06', '', TRUE, '', '');

-- TOWN_CLOCKS_WRONG: running clocks of matters that are at an end
SELECT COUNT(*) FROM clock k JOIN matter m ON m.id = k.matter
WHERE m.closed IS NOT NULL AND k.state IN ('running', 'paused') AND k.started < m.closed;
