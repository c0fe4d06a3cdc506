-- grain: one row per derivation and kind of plant. Formula: sum of the capacities of the plants in the return.
-- Inputs: kind and capacity of renewable-plants-monthly, at the end of the month. Unit: MW. No prices.
-- Missing input: without the return the value is empty; the form requires the capacity of each plant.
INSERT INTO measure_row BY NAME
WITH plant AS (
    SELECT
        c.number, c.unit_id, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'kind') AS kind,
        max(c.value) FILTER (c.item_id = 'capacity') AS capacity
    FROM input_cell AS c
    WHERE c.role = 'own' AND c.form_id = 'renewable-plants-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.unit_id, c.row_key
)
SELECT
    'renewable-capacity' AS measure_id, s.number, s.area_kind AS breakdown_kind, s.area_id AS breakdown_key,
    k.kind AS item_id, NULL AS unit, coalesce(sum(p.capacity), 0) AS numerator, NULL AS denominator, v.inputs, v.missing
FROM measured_slice AS s
JOIN measured_cover AS v USING (number)
CROSS JOIN (VALUES ('solar'), ('wind')) AS k (kind)
LEFT JOIN plant AS p ON p.number = s.number AND p.kind = k.kind
WHERE s.form_id = 'renewable-plants-monthly'
GROUP BY s.number, s.area_kind, s.area_id, k.kind, v.inputs, v.missing;
