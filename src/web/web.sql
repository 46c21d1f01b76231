-- KEPT_USED: does a file with this digest belong to anything
SELECT COUNT(*) FROM attachment WHERE digest = $1;

-- ONCE_TAKE: use up a form's number; 0 rows changed: it was used before
INSERT INTO once (token, at, location) VALUES ($1, $2, '') ON CONFLICT (token) DO NOTHING;

-- ONCE_LOCATION: where the form led when it was sent first
SELECT location FROM once WHERE token = $1;

-- ONCE_LED_TO: note where it led
UPDATE once SET location = $2 WHERE token = $1;

-- ONCE_FORGET: numbers of forms nobody will send again
DELETE FROM once WHERE at < $1;
