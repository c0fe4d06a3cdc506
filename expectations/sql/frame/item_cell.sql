-- grain: one row per derivation, reporting unit and item it reported: the figure that is judged. In the header that is
-- the figure itself, in rows the one that lies furthest outside the plausible limits; a code, text or day counts as 1.
SELECT
    c.number, c.unit_id, c.item_id,
    arg_max(coalesce(CAST(c.value AS DOUBLE), 1), greatest(coalesce(c.value - l.high, 0), coalesce(l.low - c.value, 0), 0))
FROM input_cell AS c
JOIN (SELECT unnest($items) AS item_id, unnest($lows) AS low, unnest($highs) AS high) AS l USING (item_id)
WHERE c.role = 'own' AND c.form_id = $form
GROUP BY c.number, c.unit_id, c.item_id;
