-- grain: one row per derivation, part (enterprise, area) and pollutant. Formula: 100 x hours above the limit / hours
-- with a valid concentration in operation. A concentration at the limit keeps it.
-- Inputs: so2, nox, dust, operating-share and validity of emission-hourly-daily. Unit: per cent of hours. No prices.
-- Limits in mg/m3: no form carries a permit's own limit, so by industry those of the general standards: 44 power and
-- heat GB 13223-2011 (new, coal), 30 mineral products GB 4915-2013 (kilns), all others GB 13271-2014 (new, coal
-- boilers).
-- The texts of these standards are not held here: check the limits, and the permit's own, before relying on a rate.
-- Concentrations are not converted to the reference oxygen.
-- Missing input: a unit without a return is counted in missing; the value is of those that reported, inputs says how
-- many.
INSERT INTO measure_row BY NAME
WITH limits (industry, item_id, most) AS (
    VALUES
        ('44', 'so2', 100), ('44', 'nox', 100), ('44', 'dust', 30),
        ('30', 'so2', 200), ('30', 'nox', 400), ('30', 'dust', 30),
        ('', 'so2', 300), ('', 'nox', 300), ('', 'dust', 50)
),
hour AS (
    SELECT
        c.number, c.unit_id, c.row_key,
        max(c.value) FILTER (c.item_id = 'operating-share') AS running,
        max(c.text_value) FILTER (c.item_id = 'validity') AS validity,
        max(c.value) FILTER (c.item_id = 'so2') AS so2,
        max(c.value) FILTER (c.item_id = 'nox') AS nox,
        max(c.value) FILTER (c.item_id = 'dust') AS dust
    FROM input_cell AS c
    WHERE c.role = 'own' AND c.form_id = 'emission-hourly-daily'
    GROUP BY c.number, c.unit_id, c.row_key
),
measured AS (
    UNPIVOT (FROM hour WHERE running > 0 AND validity = 'valid') ON so2, nox, dust INTO NAME item_id VALUE amount
),
reported AS (SELECT DISTINCT number, unit_id FROM hour),
unit AS (
    SELECT
        p.number, p.unit_id, p.breakdown_kind, p.breakdown_key, i.item_id, bool_or(r.unit_id IS NOT NULL) AS is_in,
        count(m.amount) FILTER (m.amount > coalesce(own.most, i.most)) AS above, count(m.amount) AS hours
    FROM measured_part AS p
    JOIN limits AS i ON i.industry = ''
    LEFT JOIN limits AS own ON own.industry = p.industry AND own.item_id = i.item_id
    LEFT JOIN reported AS r ON r.number = p.number AND r.unit_id = p.unit_id
    LEFT JOIN measured AS m ON m.number = p.number AND m.unit_id = p.unit_id AND m.item_id = i.item_id
    WHERE p.form_id = 'emission-hourly-daily' AND p.breakdown_kind <> 'industry'
    GROUP BY p.number, p.unit_id, p.breakdown_kind, p.breakdown_key, i.item_id
)
SELECT
    'cems-exceedance' AS measure_id, number, breakdown_kind, breakdown_key, item_id, NULL AS unit,
    sum(above) AS numerator, sum(hours) AS denominator,
    count(*) FILTER (is_in) AS inputs, count(*) FILTER (NOT is_in) AS missing
FROM unit
GROUP BY number, breakdown_kind, breakdown_key, item_id;
