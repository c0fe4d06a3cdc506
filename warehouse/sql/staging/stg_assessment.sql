-- grain: one row per assessment message; the whole message is in raw_result.
CREATE OR REPLACE VIEW stg_assessment AS
SELECT * FROM assessment;
