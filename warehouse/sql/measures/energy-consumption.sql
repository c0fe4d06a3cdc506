-- grain: one row per derivation and part (enterprise, industry, area). Formula: sum of the reported energy-total.
-- Inputs: energy-total of energy-monthly, in the month. Unit: tce, electricity at its calorific value. No prices.
-- Missing input: a unit without a return or without the figure is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
SELECT
    'energy-consumption' AS measure_id, p.number, p.breakdown_kind, p.breakdown_key, '' AS item_id, NULL AS unit,
    sum(c.value) AS numerator, NULL AS denominator, count(c.value) AS inputs, count(*) - count(c.value) AS missing
FROM measured_part AS p
LEFT JOIN input_cell AS c
    ON c.number = p.number AND c.unit_id = p.unit_id AND c.role = 'own' AND c.item_id = 'energy-total'
WHERE p.form_id = 'energy-monthly'
GROUP BY p.number, p.breakdown_kind, p.breakdown_key;
