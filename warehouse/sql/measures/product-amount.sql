-- grain: one row per derivation and energy product that the form lists.
-- Formula: sum of the physical amounts.
-- Inputs: the products of energy-monthly, in the month (items with a factor). Unit: the item's own. No prices.
-- Missing input: a unit without a return is counted in missing and leaves the value empty. A return without the product
-- says that none was used: the form asks for the products that are.
INSERT INTO measure_row BY NAME
SELECT
    'product-amount' AS measure_id, v.number, 'product' AS breakdown_kind, i.item_id AS breakdown_key, '' AS item_id,
    i.unit AS unit, coalesce(sum(c.value), 0) AS numerator, NULL AS denominator, v.inputs, v.missing
FROM measured_slice AS s
JOIN measured_cover AS v USING (number)
JOIN measured_item AS i ON i.form_id = s.form_id AND i.tce_factor IS NOT NULL
LEFT JOIN input_cell AS c ON c.number = s.number AND c.role = 'own' AND c.item_id = i.item_id
WHERE s.form_id = 'energy-monthly'
GROUP BY v.number, i.item_id, i.unit, v.inputs, v.missing;
