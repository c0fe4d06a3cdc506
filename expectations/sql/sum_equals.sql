-- grain: one row per derivation and reporting unit that reported every part and the total. gap = parts - total.
SELECT
    number, unit_id,
    sum(value) FILTER (item_id <> $total) - max(value) FILTER (item_id = $total) AS gap
FROM input_cell
WHERE role = 'own' AND (item_id = $total OR list_contains($items, item_id))
GROUP BY number, unit_id
HAVING count(DISTINCT item_id) = len($items) + 1;
