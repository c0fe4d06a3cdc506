-- grain: one row per derivation and return it rests on, of the senders that are told what becomes of their returns.
SELECT
    r.number, r.topic, r.kafka_partition, r.kafka_offset, r.return_id, r.form_id, r.unit_id, r.period, r.known_at
FROM input_return AS r
SEMI JOIN told_senders AS t ON t.plan_id = r.plan_id AND t.sender_id = r.sender_id
WHERE r.role = 'own'
ORDER BY r.number, r.unit_id;
