-- grain: one row per landed explanation, with its Kafka address.
CREATE OR REPLACE VIEW stg_explanation AS
SELECT e.*, s.topic, s.kafka_partition
FROM raw_explanation AS e
JOIN kafka_source AS s USING (source_no);
