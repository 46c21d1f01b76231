-- HOLIDAY_LIST: the days of a span that are not what their weekday says
SELECT day, kind, name, source FROM calendar_day WHERE day >= $1 AND day < $2 ORDER BY day;

-- HOLIDAY_COUNT: how many days the table has
SELECT COUNT(*) FROM calendar_day;

-- HOLIDAY_LAST: the last 1 October that is listed: until then the table reaches
SELECT COALESCE(MAX(day), '') FROM calendar_day WHERE kind = 'holiday' AND day LIKE '%-10-01';

-- HOLIDAY_PUT: one day
INSERT INTO calendar_day (day, kind, name, source) VALUES ($1, $2, $3, $4)
ON CONFLICT (day) DO UPDATE SET kind = excluded.kind, name = excluded.name, source = excluded.source;

-- HOLIDAY_DROP: this day is again what its weekday says
DELETE FROM calendar_day WHERE day = $1;
