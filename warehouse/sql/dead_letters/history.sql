-- grain: one row per repair of one dead letter, oldest first; the faults of a refused one beside it.
SELECT
    r.topic, r.kafka_partition, r.kafka_offset, r.kind, r.repaired_by, r.because, r.outcome, r.is_compared,
    r.received_at, coalesce(d.faults, '[]') AS faults
FROM stg_repair AS r
LEFT JOIN dead_letter AS d USING (topic, kafka_partition, kafka_offset)
WHERE r.origin_topic = $topic AND r.origin_partition = $partition AND r.origin_offset = $offset
ORDER BY r.kafka_offset;
