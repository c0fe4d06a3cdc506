-- grain: one row per derivation and unit. gap = how many of the items carry the status B (break in the series) or
-- D (the definition differs).
SELECT number, unit_id, CAST(count(*) FILTER (status IN ('B', 'D')) AS DECIMAL(28, 8)) AS gap
FROM input_cell
WHERE role = 'own' AND list_contains($items, item_id)
GROUP BY number, unit_id;
