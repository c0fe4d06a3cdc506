-- grain: one row per assessment message that lands now: its fields as columns, once, so that readers need not.
INSERT INTO assessment BY NAME
SELECT
    result_id AS assessment_id,
    payload ->> '$.plan_id' AS plan_id,
    payload ->> '$.plan_hash' AS plan_hash,
    payload ->> '$.target' AS target_id,
    payload ->> '$.indicator' AS indicator_id,
    payload ->> '$.area' AS area_id,
    payload ->> '$.yardstick' AS yardstick,
    payload ->> '$.preset' AS preset_id,
    CAST(payload ->> '$.preset_version' AS INTEGER) AS preset_version,
    CAST(payload ->> '$.is_alerting' AS BOOLEAN) AS is_alerting,
    payload ->> '$.period' AS period,
    payload ->> '$.status' AS status,
    payload ->> '$.reason' AS reason,
    payload ->> '$.level_label' AS level_label,
    CAST(payload ->> '$.value' AS DECIMAL(28, 8)) AS value,
    CAST(payload ->> '$.required' AS DECIMAL(28, 8)) AS required_value,
    CAST(payload ->> '$.gap' AS DECIMAL(28, 8)) AS gap,
    CAST(payload ->> '$.missed_pct' AS DECIMAL(28, 8)) AS missed_pct,
    payload ->> '$.unit' AS unit,
    payload ->> '$.verdict' AS verdict,
    payload ->> '$.formula_zh' AS formula_zh,
    payload ->> '$.formula_en' AS formula_en,
    CAST(payload ->> '$.known_at' AS TIMESTAMPTZ) AS known_at,
    CAST(payload ->> '$.cutoff_at' AS TIMESTAMPTZ) AS cutoff_at,
    payload ->> '$.value_message_id' AS value_message_id,
    period_end_date,
    source_no,
    kafka_offset
FROM new_results
WHERE topic = 'assessments';
