-- grain: one row per target, area, yardstick and announced period: the newest assessment by the preset that alerts.
CREATE OR REPLACE VIEW rpt_path AS
WITH word AS MATERIALIZED (SELECT * FROM dim_word),
-- A colour must not outlive the verdict it rests on, even while the alerter is away.
value_now AS (
    SELECT plan_id, plan_hash, indicator_id, area_id, period, verdict
    FROM indicator_value
    QUALIFY row_number() OVER (
        PARTITION BY plan_id, plan_hash, indicator_id, area_id, period ORDER BY cutoff_at DESC
    ) = 1
),
rated AS (
    SELECT a.*
    FROM stg_assessment AS a
    JOIN dim_plan AS p USING (plan_id, plan_hash)
    WHERE a.is_alerting
    QUALIFY row_number() OVER (
        PARTITION BY a.plan_id, a.target_id, a.area_id, a.yardstick, a.period ORDER BY a.source_no DESC, a.kafka_offset DESC
    ) = 1
),
newest AS (
    SELECT
        r.* REPLACE (
            CASE WHEN is_held THEN NULL ELSE value END AS value,
            CASE WHEN is_held THEN NULL ELSE gap END AS gap,
            CASE WHEN is_held THEN 'not_assessed' ELSE status END AS status,
            CASE
                WHEN NOT is_held THEN reason
                WHEN verdict_now = 'failed' THEN 'failed_audit'
                WHEN verdict_now = 'to_verify' THEN 'to_verify'
                ELSE 'incomplete'
            END AS reason,
            CASE WHEN is_held THEN '' ELSE level_label END AS level_label,
            coalesce(verdict_now, verdict) AS verdict
        )
    FROM (
        SELECT
            rated.*, value_now.verdict AS verdict_now,
            rated.status <> 'not_assessed'
            AND coalesce(value_now.verdict, 'passed') NOT IN ('passed', 'waived') AS is_held
        FROM rated
        LEFT JOIN value_now USING (plan_id, plan_hash, indicator_id, area_id, period)
    ) AS r
)
SELECT
    n.plan_id, n.target_id, t.name_zh AS target_name_zh, n.area_id, a.name_zh AS area_name_zh,
    n.yardstick, y.name_zh AS yardstick_zh, n.period, n.period_end_date,
    CAST(n.value AS DOUBLE) AS value, CAST(n.required_value AS DOUBLE) AS required_value, CAST(n.gap AS DOUBLE) AS gap,
    coalesce(u.name_zh, n.unit) AS unit_zh, n.status, s.name_zh AS status_zh, s.rank AS status_rank,
    n.reason, r.name_zh AS reason_zh, n.level_label, n.preset_id, n.verdict, v.name_zh AS verdict_zh,
    n.known_at, n.cutoff_at, n.assessment_id
FROM newest AS n
JOIN dim_target AS t USING (plan_id, target_id, area_id, yardstick)
JOIN dim_area AS a ON a.plan_id = n.plan_id AND a.area_id = n.area_id
JOIN word AS y ON y.kind = 'yardstick' AND y.code = n.yardstick
JOIN word AS s ON s.kind = 'status' AND s.code = n.status
JOIN word AS r ON r.kind = 'reason' AND r.code = n.reason
JOIN word AS v ON v.kind = 'verdict' AND v.code = n.verdict
LEFT JOIN dim_unit_of_measure AS u ON u.plan_id = n.plan_id AND u.unit = n.unit;
