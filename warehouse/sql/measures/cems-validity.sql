-- grain: one row per derivation and part (enterprise, area). Formula: 100 x valid hours / hours in operation.
-- Inputs: operating-share and validity of emission-hourly-daily. In operation: the share is above zero and the hour is
-- not flagged stopped; a stopped plant is not missing. Substituted, maintenance and calibration hours are not valid.
-- Unit: per cent of hours. No prices.
-- Missing input: a unit without a return is counted in missing; the value is of those that reported, inputs says how
-- many.
INSERT INTO measure_row BY NAME
WITH hour AS (
    SELECT
        c.number, c.unit_id, c.row_key,
        max(c.value) FILTER (c.item_id = 'operating-share') AS running,
        max(c.text_value) FILTER (c.item_id = 'validity') AS validity
    FROM input_cell AS c
    WHERE c.role = 'own' AND c.form_id = 'emission-hourly-daily'
    GROUP BY c.number, c.unit_id, c.row_key
),
unit AS (
    SELECT
        number, unit_id, count(*) FILTER (running > 0 AND validity = 'valid') AS part,
        count(*) FILTER (running > 0 AND validity <> 'stopped') AS whole
    FROM hour
    GROUP BY number, unit_id
)
SELECT
    'cems-validity' AS measure_id, p.number, p.breakdown_kind, p.breakdown_key, '' AS item_id, NULL AS unit,
    sum(u.part) AS numerator, sum(u.whole) AS denominator,
    count(u.unit_id) AS inputs, count(*) - count(u.unit_id) AS missing
FROM measured_part AS p
LEFT JOIN unit AS u USING (number, unit_id)
WHERE p.form_id = 'emission-hourly-daily' AND p.breakdown_kind <> 'industry'
GROUP BY p.number, p.breakdown_kind, p.breakdown_key;
