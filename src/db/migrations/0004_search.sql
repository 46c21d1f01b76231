-- @both
-- search_doc: a document that can be found, of any kind.
CREATE TABLE search_doc (
    id %ID% PRIMARY KEY,              -- id of the matter, plan item or whatever it is [public]
    kind TEXT NOT NULL,               -- matter, plan, mechanism … [public]
    visibility BIGINT NOT NULL        -- 0 everybody, 1 who has signed in, 2 staff [internal]
);

-- search_text: the tokens of a document (search/token.h), in the index of the engine.
-- @sqlite
CREATE VIRTUAL TABLE search_text USING fts5(
    title,                            -- tokens of the title [internal]
    body,                             -- tokens of the text [internal]
    tokenize = 'ascii'                -- the tokens are ready: all but ASCII punctuation belongs to them
);
-- @postgres
CREATE TABLE search_text (
    id BIGINT PRIMARY KEY,            -- id of the document [internal]
    tokens tsvector NOT NULL          -- title with weight A, text with weight D [internal]
);
CREATE INDEX search_text_tokens ON search_text USING gin (tokens) WITH (fastupdate = off);
