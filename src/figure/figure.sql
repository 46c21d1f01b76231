-- FIGURE_LIST: all figures, in the order of the source
SELECT id, code, year, subject, subject_en, name, name_en, value_text, value_number, unit, plan, position, source, source_line
FROM figure ORDER BY position, code;

-- FIGURE_BY_CODE: one figure
SELECT id, code, year, subject, subject_en, name, name_en, value_text, value_number, unit, plan, position, source, source_line
FROM figure WHERE code = $1;

-- FIGURE_PUT: a new figure, or a corrected one; no row when nothing is new
INSERT INTO figure (id, code, year, subject, subject_en, name, name_en, value_text, value_number, unit, plan, position, source,
    source_line)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (code) DO UPDATE SET year = excluded.year, subject = excluded.subject,
    subject_en = excluded.subject_en, name = excluded.name, name_en = excluded.name_en,
    value_text = excluded.value_text, value_number = excluded.value_number, unit = excluded.unit,
    plan = excluded.plan, position = excluded.position, source = excluded.source,
    source_line = excluded.source_line
WHERE (figure.year, figure.subject, figure.subject_en, figure.name, figure.name_en, figure.value_text, figure.value_number, figure.unit,
       figure.plan, figure.position, figure.source, figure.source_line)
   <> (excluded.year, excluded.subject, excluded.subject_en, excluded.name, excluded.name_en, excluded.value_text, excluded.value_number,
       excluded.unit, excluded.plan, excluded.position, excluded.source, excluded.source_line);
