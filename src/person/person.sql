-- PERSON_BY_ID: one account that is in being
SELECT id, COALESCE(login, ''), name, shown_name, password, must_change, is_member, is_demo, verified, failed, locked_until,
       created, lang, source_line
FROM person WHERE id = $1 AND ended IS NULL;

-- PERSON_BY_LOGIN: by the name to sign in with
SELECT id FROM person WHERE login = $1 AND ended IS NULL;

-- PERSON_BY_PHONE: by the keyed digest of a telephone number
SELECT id FROM person WHERE phone_key = $1 AND ended IS NULL;

-- PERSON_BY_MAIL: by the keyed digest of a mail address
SELECT id FROM person WHERE mail_key = $1 AND ended IS NULL;

-- PERSON_ADD: a new account; a taken login, number or address is a CONFLICT
INSERT INTO person (id, login, name, shown_name, phone, phone_key, mail, mail_key, password, must_change, verified, lang,
                    is_member, is_demo, source, source_line, created, failed, locked_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', $15, 0, 0);

-- PERSON_ADDRESSES: both, sealed
SELECT phone, mail FROM person WHERE id = $1 AND ended IS NULL;

-- PERSON_SET_PHONE: a number that was proved; somebody else's is a CONFLICT
UPDATE person SET phone = $2, phone_key = $3 WHERE id = $1;

-- PERSON_SET_MAIL: an address that was proved; somebody else's is a CONFLICT
UPDATE person SET mail = $2, mail_key = $3 WHERE id = $1;

-- PERSON_SET_LANG: the language of the messages somebody gets
UPDATE person SET lang = $2 WHERE id = $1;

-- PERSON_SET_PASSWORD: a new password opens a locked account
UPDATE person SET password = $2, must_change = $3, failed = 0, locked_until = 0 WHERE id = $1;

-- PERSON_SET_VERIFIED: never downwards
UPDATE person SET verified = $2 WHERE id = $1 AND verified < $2;

-- PERSON_SET_FAILED: how many sign-ins failed, and until when it is locked
UPDATE person SET failed = $2, locked_until = $3 WHERE id = $1;

-- UNKNOWN_FAILED: failed sign-ins since a moment under a name that nobody has, and the last of them
SELECT COUNT(*), COALESCE(MAX(at), 0) FROM audit
WHERE person IS NULL AND at > $2 AND kind = 'sign_in_failed' AND object = $1 AND result = 'unknown';

-- SIGN_IN_ADD: a new open sign-in
INSERT INTO sign_in (token, person, begun, seen, expires, device) VALUES ($1, $2, $3, $3, $4, $5);

-- SIGN_IN_WHO: who stands behind a cookie; when a clerk acts for somebody, both
SELECT s.person, s.seen, COALESCE(s.behalf_of, 0), COALESCE(b.name, ''), COALESCE(b.shown_name, ''), COALESCE(b.verified, 0),
       p.name, p.shown_name, p.verified, p.must_change, p.is_demo
FROM sign_in s JOIN person p ON p.id = s.person LEFT JOIN person b ON b.id = s.behalf_of
WHERE s.token = $1 AND s.expires > $2 AND s.seen > $3 AND p.ended IS NULL;

-- SIGN_IN_SEEN: used just now
UPDATE sign_in SET seen = $2 WHERE token = $1 AND seen < $2;

-- SIGN_IN_END: this sign-in
DELETE FROM sign_in WHERE token = $1;

-- SIGN_IN_END_ALL: every sign-in of the person but one
DELETE FROM sign_in WHERE person = $1 AND token <> $2;

-- SIGN_IN_LIST: where the person is signed in
SELECT begun, seen, device, token, behalf_of IS NOT NULL FROM sign_in WHERE person = $1 AND expires > $2 AND seen > $3
ORDER BY seen DESC;

-- SIGN_IN_EXPIRE: those that are over
DELETE FROM sign_in WHERE expires <= $1;

-- SIGN_IN_BEHALF: act for somebody, or for oneself again
UPDATE sign_in SET behalf_of = $2 WHERE token = $1;

-- ROLE_LIST: what a person may do now, and where
SELECT r.name, COALESCE(r.scope, 0), COALESCE(b.name_zh, ''), COALESCE(b.name_en, ''), r.given
FROM role r LEFT JOIN body b ON b.id = r.scope WHERE r.person = $1 AND r.ended IS NULL ORDER BY r.given, r.id;

-- ROLE_ADD: give a role
INSERT INTO role (id, person, name, scope, given, given_by) VALUES ($1, $2, $3, $4, $5, $6);

-- ROLE_HAS: does the person hold it already
SELECT COUNT(*) FROM role WHERE person = $1 AND name = $2 AND scope IS NOT DISTINCT FROM $3 AND ended IS NULL;

-- ROLE_OFFICES: does the person hold an office
SELECT COUNT(*) FROM role WHERE person = $1 AND name NOT IN ('resident', 'member') AND ended IS NULL;

-- ROLE_END: take it back; the row stays
UPDATE role SET ended = $4 WHERE person = $1 AND name = $2 AND scope IS NOT DISTINCT FROM $3 AND ended IS NULL;

-- ROLE_WITHIN: is body $1 the body $2 or part of it
WITH RECURSIVE up(id) AS (
    SELECT CAST($1 AS BIGINT)
    UNION
    SELECT b.parent FROM body b JOIN up ON b.id = up.id WHERE b.parent IS NOT NULL
)
SELECT COUNT(*) FROM up WHERE id = $2;

-- CODE_RECENT: how many codes went to this address since a moment and were not typed in: those that were prove that it was its owner who asked
SELECT COUNT(*) FROM contact_code WHERE address_key = $1 AND id > $2 AND used IS NULL;

-- CODE_ADD: a code on its way
INSERT INTO contact_code (id, purpose, object, channel, address, address_key, code, tries, expires)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8);

-- CODE_LATEST: the newest code for a purpose that is still good
SELECT id, channel, address, code, tries FROM contact_code
WHERE purpose = $1 AND object = $2 AND used IS NULL AND expires > $3 ORDER BY id DESC LIMIT 1;

-- CODE_LAST: where the newest code for a purpose went
SELECT channel, address FROM contact_code WHERE purpose = $1 AND object = $2 ORDER BY id DESC LIMIT 1;

-- CODE_TRIED: a wrong entry
UPDATE contact_code SET tries = tries + 1 WHERE id = $1;

-- CODE_USED: a good entry uses it up
UPDATE contact_code SET used = $2 WHERE id = $1;

-- BEHALF_ADD: a clerk begins to act for somebody
INSERT INTO behalf (id, clerk, person, begun, reason) VALUES ($1, $2, $3, $4, $5);

-- BEHALF_END: and ends
UPDATE behalf SET ended = $2 WHERE clerk = $1 AND ended IS NULL;

-- BEHALF_LIST: who acted for this person
SELECT b.begun, COALESCE(b.ended, 0), p.name, b.reason FROM behalf b JOIN person p ON p.id = b.clerk
WHERE b.person = $1 ORDER BY b.id DESC LIMIT 100;

-- AUDIT_ADD: one line of the account record
INSERT INTO audit (id, at, person, kind, object, result) VALUES ($1, $2, $3, $4, $5, $6);
