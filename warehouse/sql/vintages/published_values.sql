-- grain: one row per plan, indicator, area, period and vintage of a figure, in the order in which they became known.
-- Figures that could be rated (passed or waived) under the plan in force. A derivation that was only made again (a form
-- that it is audited with came later) is no vintage: it has the same value and rests on the same returns.
SELECT v.plan_id, v.indicator_id, v.area_id, v.unit, v.period, v.cutoff_at, v.value
FROM fct_indicator_value AS v
JOIN dim_plan AS p ON p.plan_id = v.plan_id AND p.plan_hash = v.plan_hash
WHERE v.value IS NOT NULL AND v.verdict IN ('passed', 'waived') AND $indicator IN ('', v.indicator_id)
WINDOW figure AS (PARTITION BY v.plan_id, v.indicator_id, v.area_id, v.period ORDER BY v.cutoff_at)
QUALIFY
    lag(v.value) OVER figure IS DISTINCT FROM v.value OR lag(v.known_at) OVER figure IS DISTINCT FROM v.known_at
ORDER BY v.plan_id, v.indicator_id, v.area_id, v.cutoff_at, v.period;
