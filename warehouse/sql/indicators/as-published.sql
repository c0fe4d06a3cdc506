-- grain: one row per derivation that holds the figure. Formula: the figure as published, nothing computed.
-- Inputs: value (item). Unit: the item's. Prices: whatever the source used. Missing input: no row, so no value;
-- two reporting units for one area: no value either, for nothing says which is right.
SELECT number, min(value) AS value
FROM input_cell
WHERE role = 'own' AND item_id = $value
GROUP BY number
HAVING count(*) = 1;
