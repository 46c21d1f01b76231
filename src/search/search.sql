-- SEARCH_DOC_PUT: what is known of a document besides its text
INSERT INTO search_doc (id, kind, visibility) VALUES ($1, $2, $3)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, visibility = excluded.visibility;

-- SEARCH_DOC_DROP: forget a document
DELETE FROM search_doc WHERE id = $1;

-- SEARCH_TEXT_DROP: forget the tokens of a document
-- @sqlite
DELETE FROM search_text WHERE rowid = $1;
-- @postgres
DELETE FROM search_text WHERE id = $1;

-- SEARCH_TEXT_PUT: the tokens of a document, title apart from body on SQLite, as weights on PostgreSQL
-- @sqlite
INSERT INTO search_text (rowid, title, body) VALUES ($1, $2, $3);
-- @postgres
INSERT INTO search_text (id, tokens) VALUES ($1, CAST(CAST($2 AS TEXT) || ' ' || CAST($3 AS TEXT) AS tsvector));

-- SEARCH_HITS: the newest hits, best first; $2 may see, $3 all kinds or one of $4..$7, $8 ranked, $9 to give, $10 to skip, $11 a common word
-- @sqlite
SELECT kind, id, -score FROM (
    SELECT d.kind AS kind, d.id AS id, bm25_counted(search_text, 4.0, 1.0) AS score
    FROM search_text CROSS JOIN search_doc d ON d.id = search_text.rowid
    WHERE search_text MATCH $1 AND d.visibility <= $2 AND ($3 OR d.kind IN ($4, $5, $6, $7)) AND $11 IS NOT NULL
    ORDER BY search_text.rowid DESC LIMIT $8)
ORDER BY score, id DESC LIMIT $9 OFFSET $10;
-- @postgres
WITH walked AS MATERIALIZED (
    SELECT id FROM search_text WHERE $11 AND (tokens || '') @@ CAST(CAST($1 AS TEXT) AS tsquery) ORDER BY id DESC LIMIT $8 * 4),
indexed AS MATERIALIZED (
    SELECT id FROM search_text WHERE NOT $11 AND tokens @@ CAST(CAST($1 AS TEXT) AS tsquery)),
newest AS MATERIALIZED (
    SELECT d.kind AS kind, d.id AS id
    FROM (SELECT id FROM walked UNION ALL SELECT id FROM indexed) hit
        CROSS JOIN LATERAL (SELECT id, kind, visibility FROM search_doc WHERE id = hit.id LIMIT 1) d
    WHERE d.visibility <= $2 AND ($3 OR d.kind IN ($4, $5, $6, $7))
    ORDER BY d.id DESC LIMIT $8)
SELECT n.kind, n.id, CAST(ts_rank('{0.1, 0.2, 0.25, 1.0}', t.tokens, CAST(CAST($1 AS TEXT) AS tsquery), 1) AS DOUBLE PRECISION) AS score
FROM newest n JOIN search_text t ON t.id = n.id
ORDER BY score DESC, n.id DESC LIMIT $9 OFFSET $10;

-- SEARCH_REST: hits beyond those that are ranked, newest first; parameters as in SEARCH_HITS, $8 of a common word to look at
-- @sqlite
SELECT d.kind, d.id, 0.0
FROM search_text CROSS JOIN search_doc d ON d.id = search_text.rowid
WHERE search_text MATCH $1 AND d.visibility <= $2 AND ($3 OR d.kind IN ($4, $5, $6, $7)) AND $8 > 0 AND $11 IS NOT NULL
ORDER BY search_text.rowid DESC LIMIT $9 OFFSET $10;
-- @postgres
WITH walked AS MATERIALIZED (
    SELECT id FROM search_text WHERE $11 AND (tokens || '') @@ CAST(CAST($1 AS TEXT) AS tsquery) ORDER BY id DESC LIMIT $8),
indexed AS MATERIALIZED (
    SELECT id FROM search_text WHERE NOT $11 AND tokens @@ CAST(CAST($1 AS TEXT) AS tsquery))
SELECT d.kind, d.id, CAST(0 AS DOUBLE PRECISION)
FROM (SELECT id FROM walked UNION ALL SELECT id FROM indexed) hit
    CROSS JOIN LATERAL (SELECT id, kind, visibility FROM search_doc WHERE id = hit.id LIMIT 1) d
WHERE d.visibility <= $2 AND ($3 OR d.kind IN ($4, $5, $6, $7))
ORDER BY d.id DESC LIMIT $9 OFFSET $10;

-- SEARCH_PARTS: of how many parts the index is
-- @sqlite
SELECT COUNT(DISTINCT segid) FROM search_text_idx;
-- @postgres
SELECT COUNT(*) FROM search_text WHERE FALSE;

-- SEARCH_MERGE: merge them, so many pages at most
-- @sqlite
INSERT INTO search_text (search_text, rank) VALUES ('merge', $1);
-- @postgres
DELETE FROM search_text WHERE FALSE AND id = $1;

-- SEARCH_COUNT: in how many documents something stands: of all, counted up to $2; on PostgreSQL of the $2 newest
-- @sqlite
SELECT COUNT(*) FROM (SELECT rowid FROM search_text WHERE search_text MATCH $1 LIMIT $2);
-- @postgres
SELECT COUNT(*) FROM (SELECT tokens FROM search_text ORDER BY id DESC LIMIT $2) newest WHERE tokens @@ CAST(CAST($1 AS TEXT) AS tsquery);
