-- grain: one row per derivation and trade, and one for all trades (no item). Formula: 100 x enterprises moved into a
-- park / enterprises on the list. Closed ones leave the list; those upgraded in place stay and have not moved.
-- Inputs: the last step of each enterprise in all months of small-trades-events-monthly up to this one.
-- Unit: per cent of enterprises. No prices.
-- Missing input: a month that was not reported is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
WITH step AS (
    SELECT
        c.number, c.period, c.unit_id, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'state') AS state,
        max(c.text_value) FILTER (c.item_id = 'trade') AS trade,
        max(c.text_value) FILTER (c.item_id = 'event-date') AS event_date
    FROM input_cell AS c
    WHERE c.role IN ('own', 'earlier') AND c.form_id = 'small-trades-events-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.period, c.unit_id, c.row_key
),
enterprise AS (
    SELECT
        number, unit_id, row_key, max_by(state, (period, event_date)) AS state,
        max_by(trade, (period, event_date)) AS trade
    FROM step
    GROUP BY number, unit_id, row_key
)
SELECT
    'small-trades-moved' AS measure_id, s.number, s.area_kind AS breakdown_kind, s.area_id AS breakdown_key,
    coalesce(e.trade, '') AS item_id, NULL AS unit, count(*) FILTER (e.state = 'relocated') AS numerator,
    count(*) FILTER (e.state <> 'closed') AS denominator, v.inputs, v.missing
FROM measured_slice AS s
JOIN measured_cover AS v USING (number)
LEFT JOIN (
    SELECT number, state, trade FROM enterprise
    UNION ALL
    SELECT number, state, '' FROM enterprise
) AS e USING (number)
WHERE s.form_id = 'small-trades-events-monthly'
GROUP BY s.number, s.area_kind, s.area_id, coalesce(e.trade, ''), v.inputs, v.missing;
