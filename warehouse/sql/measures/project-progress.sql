-- grain: one row per derivation and area of the projects (county), and one for the whole. Formula: 100 x invested in
-- the year to date / planned for the year, summed over projects first.
-- Inputs: invested-ytd, year-plan and county of projects-monthly. Unit: per cent. Prices: current, on both sides.
-- Missing input: without the return the value is empty; the form requires both figures of each project.
INSERT INTO measure_row BY NAME
WITH project AS (
    SELECT
        c.number, c.unit_id, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'county') AS county,
        max(c.value) FILTER (c.item_id = 'invested-ytd') AS invested,
        max(c.value) FILTER (c.item_id = 'year-plan') AS planned
    FROM input_cell AS c
    WHERE c.role = 'own' AND c.form_id = 'projects-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.unit_id, c.row_key
),
part AS (
    SELECT number, 'county' AS breakdown_kind, county AS breakdown_key, invested, planned FROM project
    UNION ALL
    SELECT s.number, s.area_kind, s.area_id, p.invested, p.planned
    FROM measured_slice AS s
    LEFT JOIN project AS p USING (number)
    WHERE s.form_id = 'projects-monthly'
)
SELECT
    'project-progress' AS measure_id, p.number, p.breakdown_kind, p.breakdown_key, '' AS item_id, NULL AS unit,
    sum(p.invested) AS numerator, sum(p.planned) AS denominator, v.inputs, v.missing
FROM part AS p
JOIN measured_cover AS v USING (number)
GROUP BY p.number, p.breakdown_kind, p.breakdown_key, v.inputs, v.missing;
