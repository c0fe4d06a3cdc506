-- grain: one row per address that a repair answers: the dead letter there, if any, whether a repair of it has landed,
-- and the content of a message that landed from there, if one did.
SELECT
    o.topic, o.kafka_partition, o.kafka_offset,
    d.topic IS NOT NULL AS is_letter,
    d.payload,
    p.origin_topic IS NOT NULL AS is_repaired,
    coalesce(r.content_digest, e.content_digest, '') AS landed_digest
FROM repair_origins AS o
LEFT JOIN dead_letter AS d USING (topic, kafka_partition, kafka_offset)
LEFT JOIN (
    SELECT DISTINCT origin_topic, origin_partition, origin_offset FROM raw_repair WHERE outcome <> 'dead_lettered'
) AS p
    ON p.origin_topic = o.topic AND p.origin_partition = o.kafka_partition AND p.origin_offset = o.kafka_offset
LEFT JOIN stg_return AS r
    ON r.topic = o.topic AND r.kafka_partition = o.kafka_partition AND r.kafka_offset = o.kafka_offset
LEFT JOIN stg_explanation AS e
    ON e.topic = o.topic AND e.kafka_partition = o.kafka_partition AND e.kafka_offset = o.kafka_offset;
