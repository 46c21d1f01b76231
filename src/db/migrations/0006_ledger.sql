-- @both
-- ledger_entry: one act on the record; written in the act's transaction, numbered and chained afterwards.
CREATE TABLE ledger_entry (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    version BIGINT NOT NULL,          -- of the canonical bytes: 1 [public]
    at BIGINT NOT NULL,               -- when; to the hour only where that protects somebody [public]
    kind TEXT NOT NULL,               -- family of the act: matter, person, vote … [public]
    object_kind TEXT NOT NULL,        -- what it was done to [public]
    object %ID% NOT NULL,             -- its id; 0: none [public]
    act TEXT NOT NULL,                -- name of the act [public]
    actor TEXT NOT NULL,              -- reference to who did it, such as person:12; empty: the system, or hidden [internal]
    payload_digest %BYTES% NOT NULL,  -- SHA-256 of what was made public; empty: none [public]
    content_digest %BYTES% NOT NULL,  -- SHA-256 of salt and content kept apart; empty: none [public]
    receipt TEXT NOT NULL,            -- first 80 bits of the leaf in base32, as shown to people [public]
    sequence BIGINT,                  -- 1, 2, 3 …; NULL: not sealed yet [public]
    chain %BYTES%                     -- SHA-256(1, chain before, leaf); NULL: not sealed yet [public]
);
CREATE UNIQUE INDEX ledger_entry_by_sequence ON ledger_entry (sequence);
CREATE INDEX ledger_entry_unsealed ON ledger_entry (id) WHERE sequence IS NULL;
CREATE INDEX ledger_entry_by_object ON ledger_entry (object_kind, object, id);
CREATE INDEX ledger_entry_by_receipt ON ledger_entry (receipt);

-- ledger_content: content that may have to be erased; without the row the entry's digest still stands.
CREATE TABLE ledger_content (
    entry %ID% PRIMARY KEY REFERENCES ledger_entry(id), -- of which entry [internal]
    salt %BYTES% NOT NULL,            -- 32 random bytes, so that the digest tells nothing once this row is gone [sensitive]
    content %BYTES% NOT NULL          -- what was said or decided, as the act had it [sensitive]
);

-- ledger_head: the state of the chain after a sealing, signed with a key that is not in the database.
CREATE TABLE ledger_head (
    sequence BIGINT PRIMARY KEY,      -- the last entry it covers [public]
    hash %BYTES% NOT NULL,            -- that entry's chain value [public]
    at BIGINT NOT NULL,               -- when it was signed [public]
    public_key %BYTES% NOT NULL,      -- Ed25519 key that checks it [public]
    signature %BYTES% NOT NULL        -- over the text of the head, doc/ledger.md [public]
);

-- ledger_turn: one row; who changes it seals, and nobody else meanwhile.
CREATE TABLE ledger_turn (
    id BIGINT PRIMARY KEY,            -- 1 [internal]
    turn BIGINT NOT NULL              -- how many sealings there were [internal]
);
INSERT INTO ledger_turn (id, turn) VALUES (1, 0);
