-- grain: one row per alert, as it stands now.
CREATE OR REPLACE VIEW rpt_alert AS
WITH word AS MATERIALIZED (SELECT * FROM dim_word),
newest AS (
    SELECT *
    FROM stg_transition
    QUALIFY row_number() OVER (PARTITION BY alert_id ORDER BY source_no DESC, kafka_offset DESC) = 1
)
SELECT
    n.alert_id, n.plan_id, n.target_id, t.name_zh AS target_name_zh, n.area_id, a.name_zh AS area_name_zh,
    n.yardstick, y.name_zh AS yardstick_zh, n.to_state AS alert_state, w.name_zh AS alert_state_zh,
    n.to_status AS status, s.name_zh AS status_zh, s.rank AS status_rank, n.period, n.effective_at,
    n.headline_zh, n.headline_en, t.owner_names_zh, n.assessment_id
FROM newest AS n
JOIN dim_target AS t USING (plan_id, target_id, area_id, yardstick)
JOIN dim_area AS a ON a.plan_id = n.plan_id AND a.area_id = n.area_id
JOIN word AS y ON y.kind = 'yardstick' AND y.code = n.yardstick
JOIN word AS w ON w.kind = 'alert_state' AND w.code = n.to_state
JOIN word AS s ON s.kind = 'status' AND s.code = n.to_status;
