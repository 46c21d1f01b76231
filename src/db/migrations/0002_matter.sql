-- @both
-- procedure_text: every version of a procedure that a matter ever ran under, word for word.
CREATE TABLE procedure_text (
    name TEXT NOT NULL,               -- name of the procedure [public]
    version BIGINT NOT NULL,          -- its version [public]
    digest %BYTES% NOT NULL,          -- SHA-256 of the text [public]
    text TEXT NOT NULL,               -- the YAML as loaded [public]
    loaded BIGINT NOT NULL,           -- when it was first loaded [public]
    PRIMARY KEY (name, version)
);

-- matter: anything raised, of any family: number, state, procedure and version, raiser, openness.
CREATE TABLE matter (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    procedure TEXT NOT NULL,          -- name of its procedure [public]
    version BIGINT NOT NULL,          -- version of the procedure it runs under [public]
    state TEXT NOT NULL,              -- state of the procedure [public]
    state_since BIGINT NOT NULL,      -- when it came into this state [public]
    round BIGINT NOT NULL,            -- 0, and one more for each second handling [public]
    edition BIGINT NOT NULL,          -- grows with every change; a form made from an older one is stale [public]
    title TEXT NOT NULL,              -- what it is about, in one line [public]
    body TEXT NOT NULL,               -- situation and reasons, in the raiser's words [public]
    category TEXT NOT NULL,           -- code of the procedure's list of categories; empty: none [public]
    openness TEXT NOT NULL,           -- open, title_only, closed [public]
    raiser %ID% REFERENCES person(id), -- who raised it; NULL: not known to have an account [internal]
    raiser_shown TEXT NOT NULL,       -- how the raiser is named in public; empty: by kind only [public]
    room %ID% REFERENCES body(id),    -- the room or office where it is handled [public]
    region %ID% REFERENCES body(id),  -- the place it is about [public]
    place TEXT NOT NULL,              -- the place in the raiser's words [internal]
    session %ID% REFERENCES session(id), -- the session its numbers belong to [public]
    serial TEXT NOT NULL,             -- serial (流水号) given at submission; empty: not yet [public]
    case_number TEXT NOT NULL,        -- case number given at filing; empty: none [public]
    receipt TEXT NOT NULL,            -- code to follow it without an account [internal]
    channel TEXT NOT NULL,            -- web, desk, paper, phone, import, copy [public]
    filed_by %ID% REFERENCES person(id), -- the clerk who keyed it in for somebody [internal]
    raised BIGINT NOT NULL,           -- when it was raised [public]
    changed BIGINT NOT NULL,          -- last act [public]
    closed BIGINT,                    -- when it came to an end state [public]
    is_public BOOLEAN NOT NULL,       -- shown to everybody, as far as state and openness allow [public]
    is_demo BOOLEAN NOT NULL,         -- a demonstration copy [public]
    due BIGINT,                       -- the nearest running clock's end, for lists [public]
    due_name TEXT NOT NULL,           -- which clock that is [public]
    supports BIGINT NOT NULL,         -- how many support it instead of raising their own [public]
    result TEXT NOT NULL,             -- class of result, when one was given [public]
    source TEXT NOT NULL,             -- where an imported record comes from; empty: raised here [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX matter_by_receipt ON matter (receipt);
CREATE INDEX matter_by_public ON matter (is_public, raised, id, procedure, state, category, room, region);
CREATE INDEX matter_by_changed ON matter (is_public, changed, id, procedure, state, category, room, region);
CREATE INDEX matter_by_queue ON matter (procedure, state, due, id, room, state_since);
CREATE INDEX matter_by_raiser ON matter (raiser, raised, id);
CREATE INDEX matter_by_due ON matter (due) WHERE due IS NOT NULL;
CREATE INDEX matter_by_serial ON matter (serial);

-- field: what the acts of a procedure asked for and got, per round.
CREATE TABLE field (
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    name TEXT NOT NULL,               -- name in the procedure [internal]
    round BIGINT NOT NULL,            -- in which round it was given [internal]
    value TEXT NOT NULL,              -- as text; a code, a date, an id where the type says so [internal]
    at BIGINT NOT NULL,               -- when [internal]
    PRIMARY KEY (matter, name, round)
);

-- entry: the timeline of a matter: one row per act, in order.
CREATE TABLE entry (
    id %ID% PRIMARY KEY,              -- id of the program, so also the order [public]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [public]
    at BIGINT NOT NULL,               -- when [public]
    act TEXT NOT NULL,                -- name of the act in the procedure [public]
    from_state TEXT NOT NULL,         -- state before; empty at the beginning [public]
    to_state TEXT NOT NULL,           -- state after [public]
    round BIGINT NOT NULL,            -- in which round [public]
    person %ID% REFERENCES person(id), -- who acted; NULL: the system, or somebody without an account [internal]
    party TEXT NOT NULL,              -- in which capacity, as the procedure names it [public]
    body %ID% REFERENCES body(id),    -- for which body [public]
    behalf_by %ID% REFERENCES person(id), -- the clerk who did it for the person at the desk [internal]
    child %ID%,                       -- the assignment, answer, evaluation … it was done on; NULL: the matter itself [public]
    note TEXT NOT NULL,               -- words given with the act that everybody may read [public]
    remark TEXT NOT NULL,             -- words for the office and the parties alone [internal]
    is_public BOOLEAN NOT NULL        -- shown on the public timeline [public]
);
CREATE INDEX entry_by_matter ON entry (matter, id);
CREATE INDEX entry_by_person ON entry (person, id);

-- point: one numbered point of a matter: a suggestion of the raiser, or a conclusion of the deliberation.
CREATE TABLE point (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [public]
    kind TEXT NOT NULL,               -- suggestion, agreed, not_agreed, dissent, higher [public]
    position BIGINT NOT NULL,         -- 1, 2, 3 within the kind [public]
    text TEXT NOT NULL,               -- the point [public]
    unit %ID% REFERENCES body(id),    -- who is to answer it; NULL: not assigned yet [public]
    due TEXT NOT NULL,                -- date it is to be done by, as YYYY-MM-DD; empty: none [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX point_by_matter ON point (matter, kind, position);

-- assignment: a unit that handles a matter, with a state of its own.
CREATE TABLE assignment (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [public]
    round BIGINT NOT NULL,            -- in which round it was assigned [public]
    unit %ID% NOT NULL REFERENCES body(id), -- the unit [public]
    kind TEXT NOT NULL,               -- single, lead, co, separate [public]
    state TEXT NOT NULL,              -- state of the procedure's assignment [public]
    reason TEXT NOT NULL,             -- reason of the last return asked or decided; empty: none [internal]
    assigned BIGINT NOT NULL,         -- when [public]
    assigned_by %ID% REFERENCES person(id), -- by whom [internal]
    changed BIGINT NOT NULL           -- last act on it [public]
);
CREATE UNIQUE INDEX assignment_by_matter ON assignment (matter, unit);
CREATE INDEX assignment_by_unit ON assignment (unit, state);

-- contact: a unit spoke with the raiser, before it answered.
CREATE TABLE contact (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    unit %ID% NOT NULL REFERENCES body(id), -- which unit [public]
    round BIGINT NOT NULL,            -- in which round [public]
    mode TEXT NOT NULL,               -- code: meet, forum, phone, mail, letter, other [public]
    day TEXT NOT NULL,                -- date as YYYY-MM-DD [public]
    note TEXT NOT NULL,               -- what was said [internal]
    person %ID% REFERENCES person(id), -- who recorded it [internal]
    at BIGINT NOT NULL                -- when it was recorded [internal]
);
CREATE INDEX contact_by_matter ON contact (matter, id);

-- answer: what a unit answers to one point in one round.
CREATE TABLE answer (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [public]
    point %ID% NOT NULL REFERENCES point(id), -- to which point [public]
    round BIGINT NOT NULL,            -- in which round [public]
    unit %ID% NOT NULL REFERENCES body(id), -- which unit [public]
    outcome TEXT NOT NULL,            -- adopted, partly, deferred, declined; empty: not answered yet [public]
    reason TEXT NOT NULL,             -- why, and what is done [public]
    owner TEXT NOT NULL,              -- office or post responsible [public]
    due TEXT NOT NULL,                -- date it is done by, YYYY-MM-DD; empty: none [public]
    state TEXT NOT NULL,              -- state of the procedure's answer [public]
    person %ID% REFERENCES person(id), -- who wrote it [internal]
    at BIGINT NOT NULL                -- when [public]
);
CREATE UNIQUE INDEX answer_by_point ON answer (point, round, unit);
CREATE INDEX answer_by_matter ON answer (matter, round);

-- reply: the letter of a round, in its versions; the released one is the answer.
CREATE TABLE reply (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [public]
    round BIGINT NOT NULL,            -- in which round [public]
    version BIGINT NOT NULL,          -- 1, 2, 3 within the round [public]
    letter TEXT NOT NULL,             -- the text [public]
    class TEXT NOT NULL,              -- class of result, a code of the procedure [public]
    signer TEXT NOT NULL,             -- post of whoever signed [public]
    contact TEXT NOT NULL,            -- office to ask, as text [public]
    unit %ID% REFERENCES body(id),    -- the unit that replied [public]
    released BIGINT,                  -- when it became the answer; NULL: in review or rejected [public]
    person %ID% REFERENCES person(id), -- who submitted it [internal]
    at BIGINT NOT NULL                -- when [public]
);
CREATE UNIQUE INDEX reply_by_matter ON reply (matter, round, version);

-- ask: an act asked for by one party that waits for another to agree.
CREATE TABLE ask (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    act TEXT NOT NULL,                -- name of the act [internal]
    person %ID% REFERENCES person(id), -- who asked [internal]
    at BIGINT NOT NULL,               -- when [internal]
    inputs TEXT NOT NULL,             -- what was given with it, as name and value in JSON, used when granted [internal]
    state TEXT NOT NULL               -- asked, granted, refused, dropped [internal]
);
CREATE INDEX ask_by_matter ON ask (matter, state);

-- evaluation: one person's judgement of a reply in one round; unanswered stays unanswered.
CREATE TABLE evaluation (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    round BIGINT NOT NULL,            -- in which round [internal]
    person %ID% NOT NULL REFERENCES person(id), -- whose [sensitive]
    panel TEXT NOT NULL,              -- raiser, participant, affected [internal]
    state TEXT NOT NULL,              -- asked, given, not_given [internal]
    overall TEXT NOT NULL,            -- satisfied, basically, not_satisfied; empty: none given [internal]
    answered TEXT NOT NULL,           -- was each point answered: yes, partly, no; empty: not said [internal]
    reasons TEXT NOT NULL,            -- were reasons given: yes, partly, no; empty: not said [internal]
    words TEXT NOT NULL,              -- in the person's own words [internal]
    asked BIGINT NOT NULL,            -- when it was asked for [internal]
    given BIGINT                      -- when it was given [internal]
);
CREATE UNIQUE INDEX evaluation_by_person ON evaluation (matter, round, person);
CREATE INDEX evaluation_open ON evaluation (person, state);

-- confirmation: a participant confirms the minutes, or says what is wrong in them.
CREATE TABLE confirmation (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    round BIGINT NOT NULL,            -- in which round [internal]
    person %ID% NOT NULL REFERENCES person(id), -- whose [internal]
    state TEXT NOT NULL,              -- asked, confirmed, disputed, not_given [internal]
    note TEXT NOT NULL,               -- what is wrong [internal]
    asked BIGINT NOT NULL,            -- when it was asked for [internal]
    given BIGINT                      -- when it was given [internal]
);
CREATE UNIQUE INDEX confirmation_by_person ON confirmation (matter, round, person);

-- party: who takes part in a matter in a named capacity, besides the raiser and the units.
CREATE TABLE party (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    party TEXT NOT NULL,              -- the procedure's word: participants, cosigners, proposers [internal]
    person %ID% REFERENCES person(id), -- an account [internal]
    body %ID% REFERENCES body(id),    -- or a body [internal]
    shown TEXT NOT NULL,              -- or a description without a name: two shop owners of the street [public]
    class TEXT NOT NULL,              -- resident, member, department, expert, media, lawyer, other [public]
    state TEXT NOT NULL,              -- invited, confirmed, dropped [internal]
    at BIGINT NOT NULL                -- when [internal]
);
CREATE INDEX party_by_matter ON party (matter, party);
CREATE INDEX party_by_person ON party (person);

-- clock: a running or ended time limit of a matter or of one of its children.
CREATE TABLE clock (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [public]
    name TEXT NOT NULL,               -- name in the procedure [public]
    child %ID%,                       -- assignment, evaluation … it belongs to; NULL: the matter's own [public]
    round BIGINT NOT NULL,            -- in which round [public]
    state TEXT NOT NULL,              -- running, paused, stopped, out [public]
    started BIGINT NOT NULL,          -- when it began [public]
    due BIGINT NOT NULL,              -- when it ends; moved by pause and extension [public]
    first_due BIGINT NOT NULL,        -- when it was to end at first [public]
    paused BIGINT,                    -- since when it stands still; NULL: running [public]
    stopped BIGINT,                   -- when it was stopped or ran out [public]
    extended BIGINT NOT NULL,         -- how often it was extended [public]
    reminded BIGINT NOT NULL,         -- how many of its reminders have gone out [public]
    escalated BIGINT NOT NULL,        -- how many steps of the ladder were climbed [public]
    next BIGINT,                      -- when it wants attention next; NULL: never [public]
    past_table BOOLEAN NOT NULL       -- the due day lies past the end of the holiday table [public]
);
CREATE INDEX clock_by_matter ON clock (matter, state);
CREATE INDEX clock_by_next ON clock (next) WHERE next IS NOT NULL;

-- link: two things that belong together, and how.
CREATE TABLE link (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    kind TEXT NOT NULL,               -- came_from, merged_into, converted_to, about_same, follows_up, result_of, evidence_for [public]
    from_kind TEXT NOT NULL,          -- matter, plan [public]
    from_id %ID% NOT NULL,            -- id in that table [public]
    to_kind TEXT NOT NULL,            -- matter, plan [public]
    to_id %ID% NOT NULL,              -- id in that table [public]
    at BIGINT NOT NULL,               -- when [public]
    person %ID% REFERENCES person(id), -- by whom; NULL: by an import or the system [internal]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX link_once ON link (from_kind, from_id, kind, to_kind, to_id);
CREATE INDEX link_to ON link (to_kind, to_id);

-- attachment: a file given with a matter or an act; the bytes are in files/, named by their digest.
CREATE TABLE attachment (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- of which matter [internal]
    entry %ID% REFERENCES entry(id),  -- given with which act [internal]
    name TEXT NOT NULL,               -- name as given, cleaned [internal]
    type TEXT NOT NULL,               -- by content: image/jpeg, application/pdf … [internal]
    size BIGINT NOT NULL,             -- bytes [internal]
    digest %BYTES% NOT NULL,          -- SHA-256 of the bytes [internal]
    is_public BOOLEAN NOT NULL,       -- shown to everybody who sees the matter [internal]
    person %ID% REFERENCES person(id), -- who gave it [internal]
    at BIGINT NOT NULL                -- when [internal]
);
CREATE INDEX attachment_by_matter ON attachment (matter, id);

-- support: a resident supports a matter instead of raising the same again.
CREATE TABLE support (
    matter %ID% NOT NULL REFERENCES matter(id), -- which [internal]
    person %ID% NOT NULL REFERENCES person(id), -- who [sensitive]
    at BIGINT NOT NULL,               -- when [internal]
    PRIMARY KEY (matter, person)
);

-- follow: who wants mail when a matter moves.
CREATE TABLE follow (
    id %ID% PRIMARY KEY,              -- id of the program [internal]
    matter %ID% NOT NULL REFERENCES matter(id), -- which [internal]
    person %ID% REFERENCES person(id), -- an account; NULL: an address alone [sensitive]
    mail %BYTES%,                     -- sealed address, without an account [restricted]
    mail_key %BYTES%,                 -- keyed digest of the address [sensitive]
    token %BYTES% NOT NULL,           -- digest of the token in the links of the mails [sensitive]
    confirmed BIGINT,                 -- when the address was confirmed; NULL: not yet [internal]
    at BIGINT NOT NULL                -- when it was asked for [internal]
);
CREATE UNIQUE INDEX follow_person ON follow (matter, person);
CREATE UNIQUE INDEX follow_mail ON follow (matter, mail_key);
CREATE UNIQUE INDEX follow_token ON follow (token);
