-- grain: one row per derivation. Formula: number of the mines and lines that were closed in the year to date.
-- Closed: shafts sealed and equipment removed, or any later step.
-- Each counts in the first month that reports such a step: one return names only the last step of a mine in its month.
-- Inputs: state of all months of capacity-events-monthly up to this one. Unit: mines. No prices.
-- Missing input: a month that was not reported is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
WITH step AS (
    SELECT
        c.number, c.period, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'state') AS state
    FROM input_cell AS c
    WHERE c.role IN ('own', 'earlier') AND c.form_id = 'capacity-events-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.period, c.unit_id, c.row_key
),
mine AS (
    SELECT number, row_key, min(period) AS period
    FROM step
    WHERE state IN ('sealed', 'self-checked', 'accepted', 'publicised', 'spot-checked')
    GROUP BY number, row_key
)
SELECT
    'mines-closed' AS measure_id, s.number, s.area_kind AS breakdown_kind, s.area_id AS breakdown_key, '' AS item_id,
    NULL AS unit, count(m.row_key) AS numerator, NULL AS denominator, v.inputs, v.missing
FROM measured_slice AS s
JOIN measured_cover AS v USING (number)
LEFT JOIN mine AS m ON m.number = s.number AND m.period[1:4] = s.period[1:4]
WHERE s.form_id = 'capacity-events-monthly'
GROUP BY s.number, s.area_kind, s.area_id, v.inputs, v.missing;
