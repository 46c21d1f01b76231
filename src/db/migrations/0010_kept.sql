-- @both
-- Whether a file that was kept belongs to anything: asked for each before it is swept.
CREATE INDEX attachment_by_digest ON attachment (digest);
