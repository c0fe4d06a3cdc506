-- grain: one row per indicator value that differs between what was known at $since and at $until, in figure, bound or
-- verdict; ``through``: the returns of its own form, period and area that became the newest in between. Without any the
-- value moved by itself: a deadline passed, or a form that it is audited with came.
WITH moved AS (
    SELECT newer.form_id, newer.period, newer.area_id, list(newer.return_id ORDER BY newer.return_id) AS through
    FROM return_as_of($until) AS newer
    LEFT JOIN return_as_of($since) AS older USING (form_id, period, unit_id)
    WHERE newer.return_row IS DISTINCT FROM older.return_row
    GROUP BY ALL
)
SELECT
    CASE WHEN o.indicator_id IS NULL THEN 'added' ELSE 'revised' END AS change,
    n.plan_id, n.indicator_id, n.area_id, n.period,
    o.value AS old_value, o.verdict AS old_verdict, n.value AS new_value, n.verdict AS new_verdict, n.unit,
    n.is_overdue, n.cutoff_at, coalesce(m.through, []) AS through
FROM indicator_value_as_of($until) AS n
LEFT JOIN indicator_value_as_of($since) AS o USING (plan_id, indicator_id, area_id, period)
LEFT JOIN moved AS m ON m.form_id = n.form_id AND m.period = n.period AND m.area_id = n.area_id
WHERE (o.indicator_id IS NULL OR (o.value, o.bound, o.verdict) IS DISTINCT FROM (n.value, n.bound, n.verdict))
    AND $plan IN ('', n.plan_id) AND $form IN ('', n.form_id) AND $indicator IN ('', n.indicator_id)
ORDER BY n.plan_id, n.indicator_id, n.area_id, n.period;
