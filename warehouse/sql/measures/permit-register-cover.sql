-- grain: one row per derivation. Formula: 100 x (permits in force + registrations + exemptions) / sources on the
-- register: the coverage identity from the register itself. Numerator and denominator show the gap: permits that
-- expired or ran out. Revoked ones leave the register; rectification notices are no event of this form and cannot be
-- counted.
-- Inputs: all months of permit-events-monthly up to this one. Unit: per cent of sources. No prices.
-- Missing input: a month that was not reported is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
WITH event AS (
    SELECT
        c.number, c.period, c.unit_id, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'event') AS event,
        max(c.text_value) FILTER (c.item_id = 'event-date') AS event_date,
        max(c.text_value) FILTER (c.item_id = 'valid-until') AS valid_until
    FROM input_cell AS c
    WHERE c.role IN ('own', 'earlier') AND c.form_id = 'permit-events-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.period, c.unit_id, c.row_key
),
source AS (
    SELECT
        number, row_key, max_by(event, (period, event_date)) AS event,
        max_by(valid_until, (period, event_date)) FILTER (valid_until IS NOT NULL) AS valid_until
    FROM event
    GROUP BY number, row_key
)
SELECT
    'permit-register-cover' AS measure_id, s.number, s.area_kind AS breakdown_kind, s.area_id AS breakdown_key,
    '' AS item_id, NULL AS unit,
    count(*) FILTER (
        x.event IN ('registered', 'exempted')
        OR (x.event IN ('issued', 'changed') AND coalesce(TRY_CAST(x.valid_until AS DATE) >= s.end_date, true))
    ) AS numerator,
    count(*) FILTER (x.event <> 'revoked') AS denominator, v.inputs, v.missing
FROM measured_slice AS s
JOIN measured_cover AS v USING (number)
LEFT JOIN source AS x USING (number)
WHERE s.form_id = 'permit-events-monthly'
GROUP BY s.number, s.area_kind, s.area_id, v.inputs, v.missing;
