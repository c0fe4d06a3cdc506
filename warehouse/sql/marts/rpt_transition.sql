-- grain: one row per recorded change of an alert, in words.
CREATE OR REPLACE VIEW rpt_transition AS
WITH word AS MATERIALIZED (SELECT * FROM dim_word)
SELECT
    n.alert_id, n.plan_id, t.name_zh AS target_name_zh, a.name_zh AS area_name_zh, y.name_zh AS yardstick_zh,
    c.name_zh AS change_zh, f.name_zh AS from_state_zh, w.name_zh AS to_state_zh, s.name_zh AS status_zh,
    n.period, n.effective_at, n.headline_zh, n.transition_id
FROM stg_transition AS n
JOIN dim_target AS t USING (plan_id, target_id, area_id, yardstick)
JOIN dim_area AS a ON a.plan_id = n.plan_id AND a.area_id = n.area_id
JOIN word AS y ON y.kind = 'yardstick' AND y.code = n.yardstick
JOIN word AS c ON c.kind = 'change' AND c.code = n.change
JOIN word AS f ON f.kind = 'alert_state' AND f.code = n.from_state
JOIN word AS w ON w.kind = 'alert_state' AND w.code = n.to_state
JOIN word AS s ON s.kind = 'status' AND s.code = n.to_status;
