-- TODO_MATTERS: matters that may wait for a person
SELECT id FROM (
    SELECT m.id FROM matter m WHERE m.raiser = $1 AND m.closed IS NULL
    UNION SELECT k.matter FROM evaluation k WHERE k.person = $1 AND k.given IS NULL
    UNION SELECT k.matter FROM confirmation k WHERE k.person = $1 AND k.given IS NULL
    UNION SELECT y.matter FROM party y WHERE y.person = $1 AND y.party = 'cosigners' AND y.state = 'invited'
) waiting ORDER BY id DESC LIMIT $2;
