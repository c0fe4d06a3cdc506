-- grain: one row per slice and cut-off: how many returns were due and came.
CREATE OR REPLACE VIEW fct_response AS
SELECT
    plan_id, plan_hash, form_id, period, area_id, cutoff_at, due_date, is_overdue, expected, received,
    round(100.0 * received / expected, 2) AS coverage_pct, verdict
FROM derived_slice;
