-- grain: one row per return and item of readings that were rolled up (every vintage of them).
CREATE OR REPLACE VIEW fct_reading_day AS
SELECT r.plan_id, r.form_id, r.period, r.unit_id, r.area_id, d.* EXCLUDE (return_row), r.known_at, r.return_id
FROM reading_day AS d
JOIN raw_return AS r USING (return_row);
