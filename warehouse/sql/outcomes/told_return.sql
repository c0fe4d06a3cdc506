-- grain: one row per derivation and return it rests on, of the senders that are told what becomes of their returns.
-- A repaired return is named by the address that its sender knows.
SELECT
    r.number,
    coalesce(p.origin_topic, r.topic),
    coalesce(p.origin_partition, r.kafka_partition),
    coalesce(p.origin_offset, r.kafka_offset),
    r.return_id, r.form_id, r.unit_id, r.period, r.known_at
FROM input_return AS r
SEMI JOIN told_senders AS t ON t.plan_id = r.plan_id AND t.sender_id = r.sender_id
LEFT JOIN raw_repair AS p ON p.source_no = r.source_no AND p.kafka_offset = r.kafka_offset
WHERE r.role = 'own'
ORDER BY r.number, r.unit_id;
