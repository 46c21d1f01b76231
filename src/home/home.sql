-- HOME_COUNTS: this year's public matters: raised here, settled; one that was merged is settled where it went
SELECT COUNT(*), COUNT(*) FILTER (WHERE closed IS NOT NULL AND state <> 'merged') FROM matter WHERE is_public = TRUE AND raised >= $1 AND channel <> 'import';

-- HOME_ANSWERED: public matters whose reply was released this year, and those in time
SELECT COUNT(*), COUNT(*) FILTER (WHERE k.stopped <= k.due) FROM clock k CROSS JOIN matter m
WHERE m.id = k.matter AND k.name = 'reply' AND k.state = 'stopped' AND k.stopped >= $1 AND m.is_public = TRUE;

-- HOME_EVALUATED: what evaluations of public matters said this year
SELECT COUNT(*) FILTER (WHERE v.overall = 'satisfied'), COUNT(*) FILTER (WHERE v.overall = 'basically'),
       COUNT(*) FILTER (WHERE v.overall = 'not_satisfied')
FROM evaluation v CROSS JOIN matter m WHERE m.id = v.matter AND v.given >= $1 AND m.is_public = TRUE;

-- HOME_SETTLED_LIST: closed lately
SELECT m.id, m.procedure, m.version, m.state, m.state_since, m.title, m.category, m.raiser_shown, COALESCE(m.room, 0), '',
       m.serial, m.case_number, m.raised, m.changed, m.is_public, m.is_demo, COALESCE(m.due, 0), m.due_name, m.supports, m.result,
       m.source, m.source_line, m.openness, substr(m.body, 1, 120), m.edition
FROM matter m WHERE m.is_public = TRUE AND m.closed IS NOT NULL AND m.state <> 'merged' ORDER BY m.closed DESC, m.id DESC LIMIT 5;
