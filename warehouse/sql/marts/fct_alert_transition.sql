-- grain: one row per recorded change of an alert.
CREATE OR REPLACE VIEW fct_alert_transition AS SELECT * EXCLUDE (source_no, kafka_offset) FROM stg_transition;
