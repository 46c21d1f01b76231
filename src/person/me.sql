-- ME_FOLLOWS: matters the person follows and may see
SELECT m.id, m.title FROM follow f JOIN matter m ON m.id = f.matter
WHERE f.person = $1 AND (m.is_public OR m.raiser = $1) ORDER BY f.id DESC LIMIT 50;

-- ME_ACCOUNT: the account
SELECT COALESCE(login, ''), name, shown_name, phone, mail, verified, lang, is_member, must_change, created
FROM person WHERE id = $1;

-- ME_ROLES: what the person may do or might
SELECT r.name, COALESCE(b.name_zh, ''), r.given, COALESCE(r.ended, 0)
FROM role r LEFT JOIN body b ON b.id = r.scope WHERE r.person = $1 ORDER BY r.id;

-- ME_SIGN_INS: where the person is signed in
SELECT begun, seen, expires, device FROM sign_in WHERE person = $1 ORDER BY begun;

-- ME_BEHALF: who acted for the person
SELECT b.begun, COALESCE(b.ended, 0), p.name, b.reason FROM behalf b JOIN person p ON p.id = b.clerk
WHERE b.person = $1 ORDER BY b.id;

-- ME_MATTERS: what the person raised
SELECT id, serial, case_number, receipt, title, body, category, openness, place, channel, state, raised, COALESCE(closed, 0)
FROM matter WHERE raiser = $1 ORDER BY id;

-- ME_SUGGESTIONS: what the person asked for in them, point by point
SELECT k.matter, k.position, k.text FROM point k JOIN matter m ON m.id = k.matter
WHERE m.raiser = $1 AND k.kind = 'suggestion' ORDER BY k.matter, k.position;

-- ME_WISHES: and in one's own words
SELECT f.matter, f.name, f.value, f.at FROM field f JOIN matter m ON m.id = f.matter
WHERE m.raiser = $1 AND f.name = 'wish' ORDER BY f.matter, f.round;

-- ME_ENTRIES: what the person did with matters
SELECT matter, at, act, party, note, remark FROM entry WHERE person = $1 ORDER BY id;

-- ME_SUPPORTS: matters the person supports
SELECT matter, at FROM support WHERE person = $1 ORDER BY at, matter;

-- ME_FOLLOWED: matters the person follows
SELECT matter, at, COALESCE(confirmed, 0) FROM follow WHERE person = $1 ORDER BY id;

-- ME_EVALUATIONS: judgements asked of the person
SELECT matter, round, state, overall, answered, reasons, words, asked, COALESCE(given, 0)
FROM evaluation WHERE person = $1 ORDER BY id;

-- ME_CONFIRMATIONS: minutes the person was asked to confirm
SELECT matter, round, state, note, asked, COALESCE(given, 0) FROM confirmation WHERE person = $1 ORDER BY id;

-- ME_PARTIES: sessions and papers the person takes part in
SELECT matter, party, class, state, at FROM party WHERE person = $1 ORDER BY id;

-- ME_FILES: files the person gave
SELECT matter, name, type, size, at FROM attachment WHERE person = $1 ORDER BY id;

-- ME_CODES: codes sent to confirm the person's own address
SELECT channel, address, tries, expires, COALESCE(used, 0) FROM contact_code
WHERE purpose IN ('contact', 'reset') AND object = $1 ORDER BY id;

-- ME_AUDIT: what the account record says of the person
SELECT at, kind, object, result FROM audit WHERE person = $1 ORDER BY id;
