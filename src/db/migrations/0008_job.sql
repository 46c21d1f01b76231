-- @both
-- Which job of a kind is free next: looked for after every job, so it reads one row and not all that wait.
CREATE INDEX job_by_lease ON job (kind, lease) WHERE lease > 0;
