-- @both
-- body: an organisation, place or group: whatever can hold a role, be assigned a point, or own a room.
CREATE TABLE body (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    kind TEXT NOT NULL,               -- committee, special_committee, sector, party, department, region, room, office [public]
    code TEXT NOT NULL,               -- stable short name used by imports and procedures; GB/T 2260 code for regions [public]
    name_zh TEXT NOT NULL,            -- Chinese name [public]
    name_en TEXT NOT NULL,            -- English name [public]
    parent %ID% REFERENCES body(id),  -- the body it belongs to; a room's next higher level [public]
    is_pilot BOOLEAN NOT NULL,        -- shown as a pilot [public]
    is_demo BOOLEAN NOT NULL,         -- a demonstration body, marked wherever it is shown [public]
    source TEXT NOT NULL,             -- where the record comes from; empty: made here [public]
    source_line TEXT NOT NULL,        -- line or lines of the source [public]
    ended BIGINT                      -- when it ceased; NULL: in being [public]
);
CREATE UNIQUE INDEX body_by_code ON body (kind, code);
CREATE INDEX body_by_parent ON body (parent);

-- term: one term (届) of the committee.
CREATE TABLE term (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    body %ID% NOT NULL REFERENCES body(id), -- the committee [public]
    number BIGINT NOT NULL,           -- 14 for the 14th [public]
    source TEXT NOT NULL,             -- where the record comes from [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX term_by_number ON term (body, number);

-- session: one session (次会议) of a term; numbers of proposals are unique within it.
CREATE TABLE session (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    term %ID% NOT NULL REFERENCES term(id), -- the term [public]
    number BIGINT NOT NULL,           -- 5 for the fifth [public]
    opened TEXT NOT NULL,             -- date as the source gives it, possibly without a year; empty: not stated [public]
    closed TEXT NOT NULL,             -- last day; empty: not stated [public]
    rapporteur TEXT NOT NULL,         -- who reported on the work; empty: not stated [public]
    is_current BOOLEAN NOT NULL,      -- new numbers are given in this session [public]
    source TEXT NOT NULL,             -- where the record comes from [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX session_by_number ON session (term, number);

-- person: an account, or a person named in an imported record who has no account.
CREATE TABLE person (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    login TEXT,                       -- name to sign in with, lower case; NULL: cannot sign in by name [internal]
    name TEXT NOT NULL,               -- real name [internal]
    shown_name TEXT NOT NULL,         -- name shown to the public; empty: the real name is not shown [public]
    phone %BYTES%,                    -- sealed telephone number [restricted]
    phone_key %BYTES%,                -- keyed digest of the number, to find the account by it [sensitive]
    mail %BYTES%,                     -- sealed mail address [restricted]
    mail_key %BYTES%,                 -- keyed digest of the address [sensitive]
    password TEXT NOT NULL,           -- Argon2id hash with its parameters; empty: no password [restricted]
    must_change BOOLEAN NOT NULL,     -- the password must be changed at the next sign-in [internal]
    verified BIGINT NOT NULL,         -- 0 nothing, 1 contact confirmed, 2 checked at the desk [internal]
    lang TEXT NOT NULL,               -- zh or en, for messages; empty: zh [internal]
    is_member BOOLEAN NOT NULL,       -- a member (委员) named in the record [public]
    is_demo BOOLEAN NOT NULL,         -- a demonstration account, marked wherever it is shown [public]
    source TEXT NOT NULL,             -- where the record comes from; empty: made here [public]
    source_line TEXT NOT NULL,        -- line of the source [public]
    created BIGINT NOT NULL,          -- when the account was made [internal]
    failed BIGINT NOT NULL,           -- failed sign-ins since the last good one [internal]
    locked_until BIGINT NOT NULL,     -- no sign-in before this moment; 0: open [internal]
    ended BIGINT                      -- when the account was closed; NULL: in being [internal]
);
CREATE UNIQUE INDEX person_by_login ON person (login);
CREATE UNIQUE INDEX person_by_phone ON person (phone_key);
CREATE UNIQUE INDEX person_by_mail ON person (mail_key);

-- role: what a person may do, and where: (person, role, scope).
CREATE TABLE role (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    person %ID% NOT NULL REFERENCES person(id), -- who [internal]
    name TEXT NOT NULL,               -- one of the roles of person/role.h [internal]
    scope %ID% REFERENCES body(id),   -- body, department, region or room; NULL: everywhere [internal]
    given BIGINT NOT NULL,            -- since when [internal]
    given_by %ID% REFERENCES person(id), -- by whom; NULL: by the operator's command [internal]
    ended BIGINT                      -- until when; NULL: still [internal]
);
CREATE INDEX role_by_person ON role (person);
CREATE INDEX role_by_name ON role (name, scope);

-- sign_in: an open sign-in (web session). The cookie's value is not here, only its digest.
CREATE TABLE sign_in (
    token %BYTES% PRIMARY KEY,        -- SHA-256 of the cookie's value [sensitive]
    person %ID% NOT NULL REFERENCES person(id), -- who [internal]
    begun BIGINT NOT NULL,            -- when [internal]
    seen BIGINT NOT NULL,             -- last use, to the quarter of an hour [internal]
    expires BIGINT NOT NULL,          -- end at the latest [internal]
    behalf_of %ID% REFERENCES person(id), -- the person a clerk acts for at the desk; NULL: for oneself [internal]
    device TEXT NOT NULL              -- kind of browser and system, shown to the person [internal]
);
CREATE INDEX sign_in_by_person ON sign_in (person);

-- contact_code: a code sent by mail or SMS that proves a contact, once.
CREATE TABLE contact_code (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    purpose TEXT NOT NULL,            -- raise (confirm a matter), contact (confirm one's own address), reset [internal]
    object %ID% NOT NULL,             -- the matter or the person it is about [internal]
    channel TEXT NOT NULL,            -- mail or sms [internal]
    address %BYTES% NOT NULL,         -- sealed address [restricted]
    address_key %BYTES% NOT NULL,     -- keyed digest of the address, to count how many were sent [sensitive]
    code %BYTES% NOT NULL,            -- keyed digest of the code [sensitive]
    tries BIGINT NOT NULL,            -- wrong entries so far [internal]
    expires BIGINT NOT NULL,          -- good until [internal]
    used BIGINT                       -- when it was used; NULL: not yet [internal]
);
CREATE INDEX contact_code_by_object ON contact_code (object);
CREATE INDEX contact_code_by_address ON contact_code (address_key);

-- once: a form's own number, so that sending it twice has one effect.
CREATE TABLE once (
    token %BYTES% PRIMARY KEY,        -- digest of the form's number and the browser's key [internal]
    at BIGINT NOT NULL,               -- when it was used [internal]
    location TEXT NOT NULL            -- where the answer pointed [internal]
);
CREATE INDEX once_by_time ON once (at);

-- counter: the last number given out, per kind and scope; a number is never given twice.
CREATE TABLE counter (
    name TEXT NOT NULL,               -- what is counted: serial.talk_it_over, case.proposal [public]
    scope TEXT NOT NULL,              -- term and session, or year [public]
    number BIGINT NOT NULL,           -- the last one given [public]
    PRIMARY KEY (name, scope)
);

-- behalf: a clerk acting for somebody at the desk; that person can see it.
CREATE TABLE behalf (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    clerk %ID% NOT NULL REFERENCES person(id), -- who acted [internal]
    person %ID% NOT NULL REFERENCES person(id), -- for whom [internal]
    begun BIGINT NOT NULL,            -- from [internal]
    ended BIGINT,                     -- to; NULL: still [internal]
    reason TEXT NOT NULL              -- why: at the desk, by telephone [internal]
);
CREATE INDEX behalf_by_person ON behalf (person);

-- audit: who did what with accounts and settings: time, subject, kind, result. Kept at least six months.
CREATE TABLE audit (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    at BIGINT NOT NULL,               -- when [internal]
    person %ID%,                      -- who; NULL: nobody signed in [internal]
    kind TEXT NOT NULL,               -- sign_in, sign_in_failed, locked, sign_out, password, role_given, role_ended, behalf, export … [internal]
    object TEXT NOT NULL,             -- what it was done to, as kind and id [internal]
    result TEXT NOT NULL              -- ok, or the reason it was refused [internal]
);
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX audit_by_person ON audit (person, at);

-- calendar_day: a day that is not what its weekday says: a holiday, or a weekend worked.
CREATE TABLE calendar_day (
    day TEXT PRIMARY KEY,             -- YYYY-MM-DD [public]
    kind TEXT NOT NULL,               -- holiday or workday [public]
    name TEXT NOT NULL,               -- which holiday it belongs to [public]
    source TEXT NOT NULL              -- the notice that says so [public]
);

-- setting: small facts of this instance that may change while it runs.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,            -- name of the setting [internal]
    value TEXT NOT NULL               -- its value [internal]
);
