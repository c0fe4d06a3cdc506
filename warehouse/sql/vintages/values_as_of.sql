-- grain: one row per plan, indicator, area and period as known at $moment; empty texts for $plan, $indicator and $area
-- ask for all.
SELECT
    plan_id, indicator_id, area_id, period, value, unit, bound, verdict, received, due, is_overdue, known_at, cutoff_at
FROM indicator_value_as_of($moment)
WHERE $plan IN ('', plan_id) AND $indicator IN ('', indicator_id) AND $area IN ('', area_id);
