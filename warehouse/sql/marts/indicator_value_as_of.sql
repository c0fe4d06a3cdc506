-- grain: one row per plan, indicator, area and period: the newest cut-off up to a moment (a TIMESTAMPTZ); an empty
-- value is a row too. Each stored row was computed from what was known at its cut-off, so nothing is computed here.
-- Plan in force: the newest version of each plan that landed (dim_plan), whatever the moment. A version derives every
-- slice anew, all cut-offs of the past included, so its rows are whole; the rows of an older version are there only in
-- a lake that lived through it, never in a rebuilt one, and raw_plan does not say when a version became known. What was
-- said at the time under an older version stands in fct_assessment. See docs/decisions/0020.
CREATE OR REPLACE MACRO indicator_value_as_of(moment) AS TABLE
SELECT v.*
FROM fct_indicator_value AS v
JOIN dim_plan AS p ON p.plan_id = v.plan_id AND p.plan_hash = v.plan_hash
WHERE v.cutoff_at <= CAST(moment AS TIMESTAMPTZ)
QUALIFY row_number() OVER (
    PARTITION BY v.plan_id, v.indicator_id, v.area_id, v.period ORDER BY v.cutoff_at DESC
) = 1;
