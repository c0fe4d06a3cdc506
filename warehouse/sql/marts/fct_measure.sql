-- grain: one row per measure, breakdown, item and derivation (slice, cut-off, plan hash); an empty value is a row too.
CREATE OR REPLACE VIEW fct_measure AS SELECT * FROM measure_value;
