-- TEST_TEXTS: every text that an import may have put
SELECT name_zh FROM body UNION ALL SELECT name_en FROM body
UNION ALL SELECT opened FROM session UNION ALL SELECT rapporteur FROM session
UNION ALL SELECT name FROM person UNION ALL SELECT shown_name FROM person
UNION ALL SELECT title FROM matter UNION ALL SELECT body FROM matter
UNION ALL SELECT text FROM point UNION ALL SELECT value FROM field UNION ALL SELECT note FROM entry
UNION ALL SELECT topic FROM plan UNION ALL SELECT note FROM plan
UNION ALL SELECT subject FROM figure UNION ALL SELECT name FROM figure UNION ALL SELECT value_text FROM figure
UNION ALL SELECT term_zh FROM mechanism UNION ALL SELECT term_en FROM mechanism
UNION ALL SELECT purpose_zh FROM mechanism UNION ALL SELECT purpose_en FROM mechanism;

-- TEST_WITHOUT_LINE: records that do not say where they come from
SELECT CAST(SUM(n) AS BIGINT) FROM (
    SELECT COUNT(*) AS n FROM body WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM term WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM session WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM person WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM matter WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM point WHERE source_line = ''
    UNION ALL SELECT COUNT(*) FROM link WHERE source_line = ''
    UNION ALL SELECT COUNT(*) FROM plan WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM figure WHERE source = '' OR source_line = ''
    UNION ALL SELECT COUNT(*) FROM mechanism WHERE source = '' OR source_line = '') AS counts;

-- TEST_MATTERS: the imported matters
SELECT id, receipt, raiser_shown, title, body, state FROM matter ORDER BY receipt;

-- TEST_MATTER_BARE: imported matters as the source has them: recorded, public, and nothing else
SELECT COUNT(*) FROM matter m JOIN person p ON p.id = m.raiser AND p.name = m.raiser_shown AND p.login IS NULL
WHERE m.state = 'recorded' AND m.is_public AND NOT m.is_demo AND m.channel = 'import' AND m.serial = ''
    AND m.case_number = '' AND m.result = '' AND m.closed IS NULL AND m.due IS NULL AND m.room IS NULL
    AND (SELECT COUNT(*) FROM entry e WHERE e.matter = m.id) = 1
    AND (SELECT COUNT(*) FROM entry e WHERE e.matter = m.id AND e.act = 'recorded' AND e.to_state = m.state) = 1
    AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.matter = m.id)
    AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.matter = m.id)
    AND NOT EXISTS (SELECT 1 FROM evaluation v WHERE v.matter = m.id)
    AND NOT EXISTS (SELECT 1 FROM clock k WHERE k.matter = m.id);

-- TEST_POINTS: the points of a matter, none of them assigned or due
SELECT COUNT(*) FROM point WHERE matter = $1 AND kind = 'suggestion' AND unit IS NULL AND due = '';

-- TEST_POINT_TEXTS: their texts
SELECT text FROM point WHERE matter = $1 ORDER BY position;

-- TEST_LINKS: the links from a plan item to a matter
SELECT COUNT(*) FROM link WHERE kind = 'about_same' AND from_kind = 'plan' AND from_id = $1 AND to_kind = 'matter'
    AND to_id = $2;

-- TEST_LINK_COUNT: all links
SELECT COUNT(*) FROM link;

-- TEST_MATTER_MOVE: a matter moves on here
UPDATE matter SET state = 'withdrawn', title = 'moved on here' WHERE receipt = $1;

-- TEST_BODY_RENAME: a body is renamed here
UPDATE body SET name_en = 'renamed here' WHERE kind = 'region' AND code = '410105';
