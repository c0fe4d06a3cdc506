-- grain: one row per derivation and part (industry, area). Formula: 100 x rd-spending / revenue, summed first.
-- Inputs: both of enterprise-monthly, year to date. Unit: per cent. Prices: current, on both sides.
-- Missing input: a unit without a return or without either figure is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
SELECT
    'rd-intensity' AS measure_id, number, breakdown_kind, breakdown_key, '' AS item_id, NULL AS unit,
    sum(part) FILTER (whole IS NOT NULL) AS numerator, sum(whole) FILTER (part IS NOT NULL) AS denominator,
    count(part + whole) AS inputs, count(*) - count(part + whole) AS missing
FROM (
    SELECT
        p.number, p.unit_id, p.breakdown_kind, p.breakdown_key,
        max(c.value) FILTER (c.item_id = 'rd-spending') AS part,
        max(c.value) FILTER (c.item_id = 'revenue') AS whole
    FROM measured_part AS p
    LEFT JOIN input_cell AS c ON c.number = p.number AND c.unit_id = p.unit_id AND c.role = 'own'
    WHERE p.form_id = 'enterprise-monthly' AND p.breakdown_kind <> 'enterprise'
    GROUP BY p.number, p.unit_id, p.breakdown_kind, p.breakdown_key
)
GROUP BY number, breakdown_kind, breakdown_key;
