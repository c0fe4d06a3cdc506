-- grain: one row per alert transition message; the whole message is in raw_result.
CREATE OR REPLACE VIEW stg_transition AS
SELECT * FROM alert_transition;
