-- @both
-- job: a piece of work that is slow, comes later or comes again; claimed under a lease, so that one instance does it.
CREATE TABLE job (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    kind TEXT NOT NULL,               -- which function does it [internal]
    key TEXT NOT NULL,                -- what makes it this one: the same kind and key are never queued twice [internal]
    data TEXT NOT NULL,               -- what the function needs to know; never personal data [internal]
    due BIGINT NOT NULL,              -- not before this moment [internal]
    state TEXT NOT NULL,              -- waiting, done, failed [internal]
    tries BIGINT NOT NULL,            -- how often it was begun [internal]
    lease BIGINT NOT NULL,            -- somebody works on it until then; 0: nobody [internal]
    holder %ID% NOT NULL,             -- number of that attempt; 0: nobody [internal]
    error TEXT NOT NULL,              -- class of the last failure; empty: none [internal]
    added BIGINT NOT NULL,            -- when it was queued [internal]
    ended BIGINT                      -- when it was done or given up [internal]
);
CREATE UNIQUE INDEX job_by_key ON job (kind, key);
CREATE INDEX job_by_due ON job (state, kind, due, id);

-- outbox: a message to a person, written in the act that causes it and sent afterwards.
CREATE TABLE outbox (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    key TEXT NOT NULL,                -- what makes it this message: the same key is never sent twice [internal]
    channel TEXT NOT NULL,            -- mail or sms [internal]
    address %BYTES% NOT NULL,         -- sealed address; empty once the message was purged [restricted]
    subject TEXT NOT NULL,            -- subject of a mail; empty for sms [internal]
    body %BYTES% NOT NULL,            -- sealed text; empty once it was sent [restricted]
    unsubscribe TEXT NOT NULL,        -- where to end such mails; empty: it cannot be ended [internal]
    state TEXT NOT NULL,              -- waiting, sending, sent, failed, unknown [internal]
    tries BIGINT NOT NULL,            -- attempts begun [internal]
    error TEXT NOT NULL,              -- class of the last failure; empty: none [internal]
    added BIGINT NOT NULL,            -- when it was written [internal]
    changed BIGINT NOT NULL           -- last change of the state [internal]
);
CREATE UNIQUE INDEX outbox_by_key ON outbox (key);
CREATE INDEX outbox_by_state ON outbox (state, changed);
