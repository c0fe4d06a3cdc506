-- grain: one row per derivation: how many of the returns that its measures are to rest on came, and how many did not.
CREATE OR REPLACE TEMP TABLE measured_cover AS
SELECT w.number, count(r.unit_id) AS inputs, count(*) - count(r.unit_id) AS missing
FROM measured_return AS w
LEFT JOIN input_return AS r
    ON r.number = w.number AND r.period = w.period AND r.unit_id = w.unit_id AND r.role IN ('own', 'earlier')
GROUP BY w.number;
