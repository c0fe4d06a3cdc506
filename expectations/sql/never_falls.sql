-- grain: one row per derivation and unit. gap = the largest fall of an item since the period before within the year
-- (negative), zero when none fell.
SELECT now.number, now.unit_id, least(0, min(now.value - before.value)) AS gap
FROM input_cell AS now
JOIN input_return AS now_return
    ON now_return.number = now.number AND now_return.role = 'own' AND now_return.unit_id = now.unit_id
JOIN input_return AS before_return
    ON before_return.number = now.number AND before_return.role = 'previous' AND before_return.unit_id = now.unit_id
    AND year(before_return.period_end_date) = year(now_return.period_end_date)
JOIN input_cell AS before
    ON before.number = now.number AND before.role = 'previous' AND before.unit_id = now.unit_id
    AND before.item_id = now.item_id
WHERE now.role = 'own' AND list_contains($items, now.item_id)
GROUP BY now.number, now.unit_id;
