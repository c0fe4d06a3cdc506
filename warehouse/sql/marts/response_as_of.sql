-- grain: one row per slice: how many returns were due and had come at the newest cut-off up to a moment (a TIMESTAMPTZ).
-- A slice that was not derived by then has no row. Plan in force: as in indicator_value_as_of.
CREATE OR REPLACE MACRO response_as_of(moment) AS TABLE
SELECT s.*
FROM fct_response AS s
JOIN dim_plan AS p ON p.plan_id = s.plan_id AND p.plan_hash = s.plan_hash
WHERE s.cutoff_at <= CAST(moment AS TIMESTAMPTZ)
QUALIFY row_number() OVER (
    PARTITION BY s.plan_id, s.form_id, s.period, s.area_id ORDER BY s.cutoff_at DESC
) = 1;
