-- grain: one row per alert transition message that lands now: its fields as columns, once, so that readers need not.
INSERT INTO alert_transition BY NAME
SELECT
    result_id AS transition_id,
    payload ->> '$.alert_id' AS alert_id,
    payload ->> '$.plan_id' AS plan_id,
    payload ->> '$.plan_hash' AS plan_hash,
    payload ->> '$.target' AS target_id,
    payload ->> '$.area' AS area_id,
    payload ->> '$.yardstick' AS yardstick,
    payload ->> '$.preset' AS preset_id,
    payload ->> '$.change' AS change,
    payload ->> '$.from_state' AS from_state,
    payload ->> '$.to_state' AS to_state,
    payload ->> '$.from_status' AS from_status,
    payload ->> '$.to_status' AS to_status,
    payload ->> '$.period' AS period,
    CAST(payload ->> '$.effective_at' AS TIMESTAMPTZ) AS effective_at,
    payload ->> '$.headline_zh' AS headline_zh,
    payload ->> '$.headline_en' AS headline_en,
    payload ->> '$.assessment_id' AS assessment_id,
    period_end_date,
    source_no,
    kafka_offset
FROM new_results
WHERE topic = 'alerts';
