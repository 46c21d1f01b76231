-- Things of every type, for the tests of src/db.
CREATE TABLE thing (
    id     %ID% NOT NULL PRIMARY KEY, -- given by the test [public]
    name   TEXT UNIQUE,               -- any text [public]
    number BIGINT,                    -- any number [public]
    ratio  DOUBLE PRECISION,          -- any fraction [public]
    is_on  BOOLEAN,                   -- a switch [public]
    bytes  %BYTES%                    -- any bytes [public]
);

-- Parts of things.
CREATE TABLE part (
    thing %ID% NOT NULL REFERENCES thing (id), -- what it is part of [public]
    place BIGINT NOT NULL CHECK (place >= 0),  -- its place there [public]
    PRIMARY KEY (thing, place)
);
