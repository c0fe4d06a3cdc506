-- grain: one row per assessment (target, yardstick, preset, period and the value message that set it off).
CREATE OR REPLACE VIEW fct_assessment AS SELECT * EXCLUDE (source_no, kafka_offset) FROM stg_assessment;
