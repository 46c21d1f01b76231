-- @both
-- plan: one item of a year's consultation plan.
CREATE TABLE plan (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    code TEXT NOT NULL,               -- stable short name, C-2022-08 [public]
    year BIGINT NOT NULL,             -- of which plan [public]
    kind TEXT NOT NULL,               -- thematic, bimonthly, cross_region, supervision [public]
    topic TEXT NOT NULL,              -- topic, as the source words it [public]
    topic_en TEXT NOT NULL,           -- the same in English [public]
    state TEXT NOT NULL,              -- planned or held [public]
    plan_group TEXT NOT NULL,         -- items that may be one meeting share it; empty: none [public]
    position BIGINT NOT NULL,         -- order in the source [public]
    note TEXT NOT NULL,               -- what else the source says, in our words [public]
    note_en TEXT NOT NULL,            -- the same in English [public]
    source TEXT NOT NULL,             -- where the record comes from [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX plan_by_code ON plan (code);
CREATE INDEX plan_by_year ON plan (year, position);

-- figure: one published figure: value, unit, subject, period, source. Never a bare number.
CREATE TABLE figure (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    code TEXT NOT NULL,               -- stable short name [public]
    year BIGINT NOT NULL,             -- of which year [public]
    subject TEXT NOT NULL,            -- what it belongs to [public]
    subject_en TEXT NOT NULL,         -- the same in English [public]
    name TEXT NOT NULL,               -- what is counted [public]
    name_en TEXT NOT NULL,            -- the same in English [public]
    value_text TEXT NOT NULL,         -- exactly as printed [public]
    value_number DOUBLE PRECISION NOT NULL, -- the number in it [public]
    unit TEXT NOT NULL,               -- unit or counting word [public]
    plan TEXT NOT NULL,               -- code of the plan item it belongs to; empty: none [public]
    position BIGINT NOT NULL,         -- order in the source [public]
    source TEXT NOT NULL,             -- where the record comes from [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX figure_by_code ON figure (code);

-- mechanism: one working mechanism of the body, with a page of its own.
CREATE TABLE mechanism (
    id %ID% PRIMARY KEY,              -- id of the program [public]
    code TEXT NOT NULL,               -- stable short name, m1 [public]
    term_zh TEXT NOT NULL,            -- its exact name [public]
    term_en TEXT NOT NULL,            -- in English [public]
    purpose_zh TEXT NOT NULL,         -- what it is for, in our words [public]
    purpose_en TEXT NOT NULL,         -- the same in English [public]
    grouping TEXT NOT NULL,           -- platform, consultation, consensus, liaison, response, study, supervision, duty [public]
    position BIGINT NOT NULL,         -- order in the source [public]
    source TEXT NOT NULL,             -- where the record comes from [public]
    source_line TEXT NOT NULL         -- line of the source [public]
);
CREATE UNIQUE INDEX mechanism_by_code ON mechanism (code);
