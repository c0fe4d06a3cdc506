-- grain: one row per repair that was sent, with its own Kafka address and that of the dead letter it answers.
CREATE OR REPLACE VIEW stg_repair AS
SELECT r.*, s.topic, s.kafka_partition
FROM raw_repair AS r
JOIN kafka_source AS s USING (source_no);
