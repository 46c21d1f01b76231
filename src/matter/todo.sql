-- TODO_MATTERS: matters that may wait for a person: those he is asked about by name before his own
SELECT id FROM (
    SELECT k.matter AS id, 0 AS place FROM evaluation k WHERE k.person = $1 AND k.given IS NULL
    UNION ALL SELECT k.matter, 0 FROM confirmation k WHERE k.person = $1 AND k.given IS NULL
    UNION ALL SELECT y.matter, 0 FROM party y WHERE y.person = $1 AND y.party = 'cosigners' AND y.state = 'invited'
    UNION ALL SELECT m.id, 1 FROM matter m WHERE m.raiser = $1 AND m.closed IS NULL
) waiting GROUP BY id ORDER BY MIN(place), id DESC LIMIT $2;
