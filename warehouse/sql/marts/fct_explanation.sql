-- grain: one row per explanation that a reporting unit gave of a doubted figure; empty columns narrow nothing down.
CREATE OR REPLACE VIEW fct_explanation AS
SELECT
    plan_id, form_id, period, area_id, unit_id, check_id, item_id, row_key, return_id, says, explanation_id, sender_id,
    known_at, topic, kafka_partition, kafka_offset
FROM stg_explanation;
