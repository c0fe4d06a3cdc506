-- grain: one row per derivation. Formula: managed sources - (permits + registrations + rectification notices + exempt
-- or closed): zero where the identity of permit coverage holds. The denominator holds the managed sources.
-- Inputs: five counts of xuchang-permits-annual. Unit: sources. No prices.
-- Missing input: a unit without any of the five counts is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
SELECT
    'permit-gap' AS measure_id, number, breakdown_kind, breakdown_key, '' AS item_id, NULL AS unit,
    sum(managed - covered) AS numerator, sum(managed) AS denominator,
    count(*) FILTER (found = 5) AS inputs, count(*) FILTER (found < 5) AS missing
FROM (
    SELECT
        p.number, p.unit_id, p.breakdown_kind, p.breakdown_key, count(DISTINCT c.item_id) AS found,
        sum(c.value) FILTER (c.item_id = 'managed-sources') AS managed,
        sum(c.value) FILTER (c.item_id <> 'managed-sources') AS covered
    FROM measured_part AS p
    LEFT JOIN input_cell AS c
        ON c.number = p.number AND c.unit_id = p.unit_id AND c.role = 'own'
        AND c.item_id IN (
            'permits-issued', 'registrations', 'rectification-notices', 'exempt-or-closed', 'managed-sources'
        )
    WHERE p.form_id = 'xuchang-permits-annual' AND p.breakdown_kind IN ('city', 'county')
    GROUP BY p.number, p.unit_id, p.breakdown_kind, p.breakdown_key
)
GROUP BY number, breakdown_kind, breakdown_key;
