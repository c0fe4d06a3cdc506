-- grain: one row per dead letter that lies at one of the wanted addresses, whole.
SELECT topic, kafka_partition, kafka_offset, phase, faults, received_at, is_repaired, message_key, payload
FROM stg_dead_letter
SEMI JOIN wanted_letters USING (topic, kafka_partition, kafka_offset);
