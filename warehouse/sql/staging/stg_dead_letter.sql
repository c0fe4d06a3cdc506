-- grain: one row per refused message; is_open: an operator can still answer it (a return or an explanation of which no
-- repair has landed).
CREATE OR REPLACE VIEW stg_dead_letter AS
SELECT
    d.*,
    p.origin_topic IS NOT NULL AS is_repaired,
    p.origin_topic IS NULL AND (d.topic LIKE 'returns.%' OR d.topic LIKE 'explanations.%') AS is_open
FROM dead_letter AS d
LEFT JOIN (
    SELECT DISTINCT origin_topic, origin_partition, origin_offset FROM raw_repair WHERE outcome <> 'dead_lettered'
) AS p
    ON p.origin_topic = d.topic AND p.origin_partition = d.kafka_partition AND p.origin_offset = d.kafka_offset;
