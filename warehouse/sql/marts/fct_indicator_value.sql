-- grain: one row per indicator, area, period, cut-off and plan hash; an empty value is a row too.
CREATE OR REPLACE VIEW fct_indicator_value AS SELECT * FROM indicator_value;
