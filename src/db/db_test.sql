-- THING_ADD: one with everything
INSERT INTO thing (id, name, number, ratio, is_on, bytes) VALUES ($1, $2, $3, $4, $5, $6);

-- THING_PUT: one with a number only
INSERT INTO thing (id, number) VALUES ($1, $2);

-- THING_BY_ID: everything of one
SELECT id, name, number, ratio, is_on, bytes FROM thing WHERE id = $1;

-- THING_NUMBER: its number alone
SELECT number FROM thing WHERE id = $1;

-- THING_SET: its number again
UPDATE thing SET number = $2 WHERE id = $1;

-- THING_COUNT: how many
SELECT COUNT(*) FROM thing;

-- THING_IDS: all of them
SELECT id FROM thing ORDER BY id;

-- THING_NAMES: in the order of their bytes
SELECT name FROM thing WHERE name IS NOT NULL ORDER BY name;

-- THING_WIPE: none left
DELETE FROM thing;

-- PART_WIPE: none left
DELETE FROM part;

-- PART_ADD: one
INSERT INTO part (thing, place) VALUES ($1, $2);

-- SWAPPED: parameters against their order
SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT), CAST($2 AS BIGINT);

-- TENTH: "$1" must not be taken for the start of "$10"
SELECT CAST($10 AS BIGINT) + 0 * (CAST($1 AS BIGINT) + CAST($2 AS BIGINT) + CAST($3 AS BIGINT) + CAST($4 AS BIGINT)
    + CAST($5 AS BIGINT) + CAST($6 AS BIGINT) + CAST($7 AS BIGINT) + CAST($8 AS BIGINT) + CAST($9 AS BIGINT));

-- THING_UPSERT: adds to the number of one that is there; a number below 1 is refused without an error
INSERT INTO thing (id, number) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET number = thing.number + excluded.number WHERE excluded.number > 0
RETURNING number;

-- THING_ADD_IF_ON: an insert that finds its condition itself
INSERT INTO thing (id, number) SELECT $1, $2 WHERE EXISTS (SELECT 1 FROM thing WHERE id = $3 AND is_on);

-- THING_COUNT_UP: a counter that begins by itself
INSERT INTO thing (id, number) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET number = thing.number + excluded.number;

-- THING_STEP: only from the number before
UPDATE thing SET number = $2 WHERE id = $1 AND number = $2 - 1;

-- THING_OPEN: switched on
INSERT INTO thing (id, number, is_on) VALUES ($1, 0, TRUE);

-- THING_CLOSE: switched off, with a number
UPDATE thing SET number = $2, is_on = FALSE WHERE id = $1;

-- THING_NAME: of one
UPDATE thing SET name = $2 WHERE id = $1;

-- THING_ADD_SLOWLY: the server takes a second for it
-- @sqlite
INSERT INTO thing (id, number) SELECT $1, $2;
-- @postgres
INSERT INTO thing (id, number) SELECT $1, $2 FROM pg_sleep(1);

-- PART_OF_THING: only if there is one
INSERT INTO part (thing, place) SELECT id, $2 FROM thing WHERE id = $1;

-- PART_COUNT: of one
SELECT COUNT(*) FROM part WHERE thing = $1;

-- PART_COUNT_ALL: how many
SELECT COUNT(*) FROM part;

-- THING_CLAIM: the job that waits longest
UPDATE thing SET is_on = TRUE WHERE id = (SELECT id FROM thing WHERE NOT is_on ORDER BY number LIMIT 1) RETURNING id;

-- THING_DOUBLE: all at once
UPDATE thing SET number = number * 2 WHERE number >= $1;

-- THING_DROP: gives what it takes away
DELETE FROM thing WHERE id = $1 RETURNING number, name;

-- THING_SWITCHED: by a bound boolean
SELECT id FROM thing WHERE is_on = $1 ORDER BY id;

-- THING_OFF: by name
SELECT COUNT(*) FROM thing WHERE NOT is_on;

-- THING_PAGE: the next page of a list
SELECT id FROM thing WHERE (number, id) < ($1, $2) ORDER BY number DESC, id DESC LIMIT $3;

-- THING_RANKED: window functions
SELECT id, ROW_NUMBER() OVER (ORDER BY number DESC), CAST(SUM(number) OVER (ORDER BY id) AS BIGINT) FROM thing ORDER BY id;

-- THING_SUMMED: aggregates
SELECT COUNT(*) FILTER (WHERE is_on), CAST(SUM(number) AS BIGINT), AVG(CAST(number AS DOUBLE PRECISION)) FROM thing;

-- THING_SUM: NULL over nothing
SELECT CAST(SUM(number) AS BIGINT) FROM thing WHERE id < $1;

-- THING_SAME_NAME: NULL is the same as NULL
SELECT COUNT(*) FROM thing WHERE name IS NOT DISTINCT FROM CAST($1 AS TEXT);

-- THING_LIKE: minds case; the escape is said
SELECT COUNT(*) FROM thing WHERE name LIKE $1 ESCAPE '\';

-- THING_NULLS_LAST: order with holes
SELECT id FROM thing ORDER BY number DESC NULLS LAST, id;

-- THING_AMONG: a list in fixed places
SELECT COUNT(*) FROM thing WHERE id IN ($1, $2, $3);

-- COUNTED_UP: a recursion
WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)
SELECT CAST(SUM(i) AS BIGINT) FROM n;

-- DIVIDED: towards zero
SELECT CAST($1 AS BIGINT) / CAST($2 AS BIGINT), CAST($1 AS BIGINT) % CAST($2 AS BIGINT);

-- THING_FROM_PART: an update from another table
UPDATE thing SET number = part.place FROM part WHERE part.thing = thing.id;

-- DIALECT: which text was it
-- @sqlite
SELECT CAST($1 AS TEXT) || ' sqlite' WHERE sqlite_version() >= '3.40';
-- @postgres
SELECT CAST($1 AS TEXT) || ' postgres' WHERE version() LIKE 'PostgreSQL%';
