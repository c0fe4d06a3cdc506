-- grain: one row per reported cell and vintage (every return that ever landed).
CREATE OR REPLACE VIEW fct_observation AS
SELECT
    r.plan_id, r.form_id, r.period, r.period_end_date, r.unit_id, coalesce(nullif(c.area_id, ''), r.area_id) AS area_id, c.item_id,
    c.row_key, c.value, c.text_value, c.unit, c.status, c.bound, c.basis,
    r.known_at, r.received_at, r.published_kind, r.return_id, r.sender_id,
    r.topic, r.kafka_partition, r.kafka_offset
FROM stg_return AS r
JOIN stg_cell AS c USING (return_row);
