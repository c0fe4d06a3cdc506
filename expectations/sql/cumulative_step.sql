-- grain: one row per derivation and unit. gap = cumulative now - cumulative before - flow; where all three are known.
SELECT now.number, now.unit_id, now.value - before.value - flow.value AS gap
FROM input_cell AS now
JOIN input_cell AS flow
    ON flow.number = now.number AND flow.unit_id = now.unit_id AND flow.role = 'own' AND flow.item_id = $items[2]
JOIN input_cell AS before
    ON before.number = now.number AND before.unit_id = now.unit_id AND before.role = 'previous'
    AND before.item_id = $items[1]
WHERE now.role = 'own' AND now.item_id = $items[1];
