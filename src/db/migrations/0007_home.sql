-- @both
-- What the first page counts, so that it reads as many rows as it counts and no table.
CREATE INDEX matter_by_year ON matter (is_public, raised, channel, closed);
CREATE INDEX matter_by_closed ON matter (is_public, closed, id) WHERE closed IS NOT NULL;
CREATE INDEX clock_by_stopped ON clock (name, state, stopped, matter, due) WHERE stopped IS NOT NULL;
CREATE INDEX evaluation_by_given ON evaluation (given, matter, overall) WHERE given IS NOT NULL;
