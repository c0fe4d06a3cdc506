-- grain: one row per derivation, part (enterprise, area) and pollutant. Formula: sum of the reported amounts.
-- Inputs: so2-actual, nox-actual and dust-actual of permit-execution-quarterly, of the quarter alone. Unit: t. No
-- prices.
-- Missing input: a unit without a report or without the figure is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
SELECT
    'emitted-amount' AS measure_id, p.number, p.breakdown_kind, p.breakdown_key, i.pollutant AS item_id, NULL AS unit,
    sum(c.value) AS numerator, NULL AS denominator, count(c.value) AS inputs, count(*) - count(c.value) AS missing
FROM measured_part AS p
CROSS JOIN (VALUES ('so2', 'so2-actual'), ('nox', 'nox-actual'), ('dust', 'dust-actual')) AS i (pollutant, item_id)
LEFT JOIN input_cell AS c
    ON c.number = p.number AND c.unit_id = p.unit_id AND c.role = 'own' AND c.item_id = i.item_id
WHERE p.form_id = 'permit-execution-quarterly' AND p.breakdown_kind <> 'industry'
GROUP BY p.number, p.breakdown_kind, p.breakdown_key, i.pollutant;
