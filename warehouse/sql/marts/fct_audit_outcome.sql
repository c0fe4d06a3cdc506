-- grain: one row per failed check, unit and cut-off.
CREATE OR REPLACE VIEW fct_audit_outcome AS SELECT * FROM audit_outcome;
