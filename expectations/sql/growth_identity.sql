-- grain: one row per derivation and unit. Energy growth e and intensity change i imply output growth
-- (1 + e) / (1 + i) - 1; gap = implied - reported, percentage points, four places.
SELECT
    e.number, e.unit_id,
    CAST(round(100 * ((1 + e.value / 100) / (1 + i.value / 100) - 1) - g.value, 4) AS DECIMAL(28, 8)) AS gap
FROM input_cell AS e
JOIN input_cell AS i
    ON i.number = e.number AND i.unit_id = e.unit_id AND i.role = 'own' AND i.item_id = $items[2]
JOIN input_cell AS g
    ON g.number = e.number AND g.unit_id = e.unit_id AND g.role = 'beside' AND g.form_id = $other_form
    AND g.item_id = $other_item
WHERE e.role = 'own' AND e.item_id = $items[1] AND i.value <> -100;
