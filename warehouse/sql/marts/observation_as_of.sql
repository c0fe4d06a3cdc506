-- grain: one row per reported cell of the newest return known at a moment (a TIMESTAMPTZ); an omitted cell is withdrawn.
-- Columns as in fct_observation: each row carries who said it and where it lies on Kafka.
CREATE OR REPLACE MACRO observation_as_of(moment) AS TABLE
SELECT
    r.plan_id, r.form_id, r.period, r.period_end_date, r.unit_id,
    coalesce(nullif(c.area_id, ''), r.area_id) AS area_id, c.item_id,
    c.row_key, c.value, c.text_value, c.unit, c.status, c.bound, c.basis,
    r.known_at, r.received_at, r.published_kind, r.return_id, r.sender_id,
    r.topic, r.kafka_partition, r.kafka_offset
FROM return_as_of(moment) AS r
JOIN stg_cell AS c USING (return_row);
