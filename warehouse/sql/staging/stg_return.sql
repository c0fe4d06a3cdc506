-- grain: one row per landed return, with its Kafka address.
CREATE OR REPLACE VIEW stg_return AS
SELECT r.*, s.topic, s.kafka_partition
FROM raw_return AS r
JOIN kafka_source AS s USING (source_no);
