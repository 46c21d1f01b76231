-- @both
-- Which job of a kind is free next: looked for after every job, so it reads one row and not all that wait.
CREATE INDEX job_by_lease ON job (kind, lease) WHERE lease > 0;

-- A merged matter is not counted among the settled ones.
DROP INDEX matter_by_year;
CREATE INDEX matter_by_year ON matter (is_public, raised, channel, closed, state);
