-- grain: one row per derivation and part (industry, area). Formula: 100 x enterprises that answer yes / enterprises.
-- Inputs: has-cio of enterprise-monthly. Unit: per cent of enterprises. No prices.
-- Missing input: a unit without a return or without an answer is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
SELECT
    'cio-cover' AS measure_id, number, breakdown_kind, breakdown_key, '' AS item_id, NULL AS unit,
    sum(part) FILTER (whole IS NOT NULL) AS numerator, sum(whole) FILTER (part IS NOT NULL) AS denominator,
    count(part + whole) AS inputs, count(*) - count(part + whole) AS missing
FROM (
    SELECT
        p.number, p.unit_id, p.breakdown_kind, p.breakdown_key,
        CASE max(c.text_value) FILTER (c.item_id = 'has-cio') WHEN 'yes' THEN 1 WHEN 'no' THEN 0 END AS part,
        1 AS whole
    FROM measured_part AS p
    LEFT JOIN input_cell AS c ON c.number = p.number AND c.unit_id = p.unit_id AND c.role = 'own'
    WHERE p.form_id = 'enterprise-monthly' AND p.breakdown_kind <> 'enterprise'
    GROUP BY p.number, p.unit_id, p.breakdown_kind, p.breakdown_key
)
GROUP BY number, breakdown_kind, breakdown_key;
