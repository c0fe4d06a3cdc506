-- grain: one row per return, item and clock hour of readings that were rolled up (every vintage of them).
CREATE OR REPLACE VIEW fct_reading_hour AS
SELECT r.plan_id, r.form_id, r.period, r.unit_id, r.area_id, h.* EXCLUDE (return_row), r.known_at, r.return_id
FROM reading_hour AS h
JOIN raw_return AS r USING (return_row);
