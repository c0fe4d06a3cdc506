-- grain: one row per slice at its newest cut-off.
CREATE OR REPLACE VIEW rpt_data_quality AS
WITH newest AS (
    SELECT d.*
    FROM derived_slice AS d
    JOIN dim_plan AS p USING (plan_id, plan_hash)
    QUALIFY row_number() OVER (PARTITION BY d.form_id, d.period, d.area_id ORDER BY d.cutoff_at DESC) = 1
),
said AS (
    SELECT form_id, period, area_id, cutoff_at, plan_hash, string_agg(says_zh, ';' ORDER BY check_id, unit_id) AS findings_zh
    FROM audit_outcome
    GROUP BY ALL
)
SELECT
    n.plan_id, n.form_id, f.name_zh AS form_name_zh, n.period, a.name_zh AS area_name_zh,
    n.expected AS expected_count, n.received AS received_count,
    CAST(round(100.0 * n.received / n.expected, 2) AS DOUBLE) AS coverage_pct,
    n.verdict, v.name_zh AS verdict_zh, coalesce(s.findings_zh, '') AS findings_zh,
    n.due_date, n.is_overdue, n.cutoff_at
FROM newest AS n
JOIN dim_form AS f USING (plan_id, form_id)
JOIN dim_area AS a ON a.plan_id = n.plan_id AND a.area_id = n.area_id
JOIN dim_word AS v ON v.kind = 'verdict' AND v.code = n.verdict
LEFT JOIN said AS s
    ON s.form_id = n.form_id AND s.period = n.period AND s.area_id = n.area_id
    AND s.cutoff_at = n.cutoff_at AND s.plan_hash = n.plan_hash;
