-- Migrations applied to this database, so that each is applied once.
CREATE TABLE migration (
    number BIGINT NOT NULL PRIMARY KEY, -- number of the file, from 0 [public]
    name   TEXT NOT NULL,               -- the file's name [public]
    digest TEXT NOT NULL,               -- first 16 hexadecimal digits of SHA-256 over its statements [public]
    at     BIGINT NOT NULL              -- when it was applied, milliseconds UTC [public]
);

-- Which running instance has which of the 1024 node numbers that go into new ids.
CREATE TABLE node_lease (
    node   BIGINT NOT NULL PRIMARY KEY CHECK (node BETWEEN 0 AND 1023), -- the number [public]
    holder BIGINT NOT NULL, -- random number of the instance holding it [internal]
    until  BIGINT NOT NULL  -- free for others after this time, milliseconds UTC [public]
);
