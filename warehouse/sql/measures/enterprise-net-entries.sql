-- grain: one row per derivation and area of the enterprises (county), and one for the whole. Formula: enterprises
-- entered - enterprises that left, merged or closed, in the year to date. A stop or a new name changes no number.
-- Inputs: event and area of enterprise-events-monthly, the months of the year up to this one. Unit: enterprises.
-- No prices. Missing input: a month that was not reported is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
WITH event AS (
    SELECT
        c.number, c.period, c.unit_id, c.row_key,
        CASE max(c.text_value) FILTER (c.item_id = 'event')
            WHEN 'entered' THEN 1 WHEN 'left' THEN -1 WHEN 'merged' THEN -1 WHEN 'closed' THEN -1 ELSE 0
        END AS change,
        max(c.text_value) FILTER (c.item_id = 'area') AS area
    FROM input_cell AS c
    WHERE c.role IN ('own', 'earlier') AND c.form_id = 'enterprise-events-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.period, c.unit_id, c.row_key
),
change AS (
    SELECT number, 'county' AS breakdown_kind, area AS breakdown_key, sum(change) AS net FROM event GROUP BY number, area
    UNION ALL
    SELECT s.number, s.area_kind, s.area_id, coalesce(sum(e.change), 0)
    FROM measured_slice AS s
    LEFT JOIN event AS e USING (number)
    WHERE s.form_id = 'enterprise-events-monthly'
    GROUP BY s.number, s.area_kind, s.area_id
)
SELECT
    'enterprise-net-entries' AS measure_id, c.number, c.breakdown_kind, c.breakdown_key, '' AS item_id, NULL AS unit,
    c.net AS numerator, NULL AS denominator, v.inputs, v.missing
FROM change AS c
JOIN measured_cover AS v USING (number);
