-- grain: one row per target, area and yardstick: its newest announced period; without any figure: not assessed, no data.
-- A target that only a person can judge has one row, without a yardstick.
CREATE OR REPLACE VIEW rpt_barometer AS
WITH word AS MATERIALIZED (SELECT * FROM dim_word),
path AS MATERIALIZED (SELECT * FROM rpt_path),
newest AS (
    SELECT *
    FROM path
    QUALIFY row_number() OVER (
        PARTITION BY plan_id, target_id, area_id, yardstick ORDER BY period_end_date DESC, length(period) DESC
    ) = 1
),
judged AS (
    SELECT plan_id, target_id, area_id, yardstick, count(value) AS judged_periods FROM path GROUP BY ALL
),
beside AS (
    SELECT *
    FROM stg_assessment
    WHERE NOT is_alerting
    QUALIFY row_number() OVER (
        PARTITION BY plan_id, plan_hash, target_id, area_id, yardstick, preset_id, period
        ORDER BY source_no DESC, kafka_offset DESC
    ) = 1
)
SELECT
    t.plan_id, p.name_zh AS plan_name_zh, t.target_id, t.place, t.name_zh AS target_name_zh, t.name_en AS target_name_en,
    t.clause, t.owner_names_zh, t.area_id, a.name_zh AS area_name_zh, t.kind, t.yardstick,
    coalesce(y.name_zh, '') AS yardstick_zh,
    coalesce(n.period, '') AS period, n.value, n.required_value, n.gap,
    coalesce(n.unit_zh, u.name_zh, t.unit) AS unit_zh,
    s.code AS status, s.name_zh AS status_zh, s.rank AS status_rank,
    r.code AS reason, r.name_zh AS reason_zh, coalesce(n.level_label, '') AS level_label,
    t.alert_preset_id AS preset_id, t.beside_preset_id, coalesce(bs.name_zh, '') AS beside_status_zh,
    coalesce(v.code, '') AS verdict, coalesce(v.name_zh, '') AS verdict_zh,
    w.code AS alert_state, w.name_zh AS alert_state_zh,
    t.deadline_date AS deadline, n.known_at, coalesce(j.judged_periods, 0) AS judged_periods
FROM dim_target AS t
JOIN dim_plan AS p USING (plan_id)
JOIN dim_area AS a ON a.plan_id = t.plan_id AND a.area_id = t.area_id
LEFT JOIN word AS y ON y.kind = 'yardstick' AND y.code = t.yardstick
LEFT JOIN newest AS n
    ON n.plan_id = t.plan_id AND n.target_id = t.target_id AND n.area_id = t.area_id AND n.yardstick = t.yardstick
LEFT JOIN judged AS j
    ON j.plan_id = t.plan_id AND j.target_id = t.target_id AND j.area_id = t.area_id AND j.yardstick = t.yardstick
LEFT JOIN dim_unit_of_measure AS u ON u.plan_id = t.plan_id AND u.unit = t.unit
LEFT JOIN beside AS b
    ON b.plan_id = t.plan_id AND b.plan_hash = p.plan_hash AND b.target_id = t.target_id
    AND b.area_id = t.area_id AND b.yardstick = t.yardstick AND b.period = n.period AND b.preset_id = t.beside_preset_id
LEFT JOIN word AS bs ON bs.kind = 'status' AND bs.code = b.status
LEFT JOIN rpt_alert AS al
    ON al.plan_id = t.plan_id AND al.target_id = t.target_id AND al.area_id = t.area_id AND al.yardstick = t.yardstick
JOIN word AS s ON s.kind = 'status' AND s.code = coalesce(n.status, 'not_assessed')
JOIN word AS r ON r.kind = 'reason' AND r.code = coalesce(n.reason, CASE WHEN t.kind = 'qualitative' THEN 'qualitative' ELSE 'no_data' END)
LEFT JOIN word AS v
    ON v.kind = 'verdict' AND v.code = coalesce(n.verdict, CASE WHEN t.kind = 'qualitative' THEN '' ELSE 'pending' END)
JOIN word AS w ON w.kind = 'alert_state' AND w.code = coalesce(al.alert_state, 'inactive');
