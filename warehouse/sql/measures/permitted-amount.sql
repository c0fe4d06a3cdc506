-- grain: one row per derivation, discharging unit (enterprise) and pollutant, and one for the area. Formula: sum of the
-- yearly amounts of the permits in force at the end of the month. In force: the last event of the permit is its issue
-- or a change, and it has not run out by then; an event without an amount leaves the one before.
-- Inputs: all months of permit-events-monthly up to this one. Unit: t a year. No prices.
-- Missing input: a month that was not reported is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
WITH event AS (
    SELECT
        c.number, c.period, c.unit_id, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'event') AS event,
        max(c.text_value) FILTER (c.item_id = 'event-date') AS event_date,
        max(c.text_value) FILTER (c.item_id = 'source-unit') AS source_unit,
        max(c.text_value) FILTER (c.item_id = 'valid-until') AS valid_until,
        max(c.value) FILTER (c.item_id = 'so2-limit') AS so2,
        max(c.value) FILTER (c.item_id = 'nox-limit') AS nox,
        max(c.value) FILTER (c.item_id = 'dust-limit') AS dust
    FROM input_cell AS c
    WHERE c.role IN ('own', 'earlier') AND c.form_id = 'permit-events-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.period, c.unit_id, c.row_key
),
permit AS (
    SELECT
        number, row_key, max_by(event, (period, event_date)) AS event,
        max_by(source_unit, (period, event_date)) AS source_unit,
        max_by(valid_until, (period, event_date)) FILTER (valid_until IS NOT NULL) AS valid_until,
        max_by(so2, (period, event_date)) FILTER (so2 IS NOT NULL) AS so2,
        max_by(nox, (period, event_date)) FILTER (nox IS NOT NULL) AS nox,
        max_by(dust, (period, event_date)) FILTER (dust IS NOT NULL) AS dust
    FROM event
    GROUP BY number, row_key
),
in_force AS (
    SELECT p.number, p.source_unit, s.area_kind, s.area_id, p.so2, p.nox, p.dust
    FROM permit AS p
    JOIN measured_slice AS s USING (number)
    WHERE p.event IN ('issued', 'changed') AND coalesce(TRY_CAST(p.valid_until AS DATE) >= s.end_date, true)
),
allowed AS (
    UNPIVOT in_force ON so2, nox, dust INTO NAME item_id VALUE amount
)
SELECT
    'permitted-amount' AS measure_id, a.number, b.breakdown_kind, b.breakdown_key, a.item_id, NULL AS unit,
    sum(a.amount) AS numerator, NULL AS denominator, v.inputs, v.missing
FROM allowed AS a
JOIN measured_cover AS v USING (number)
CROSS JOIN LATERAL (VALUES ('enterprise', a.source_unit), (a.area_kind, a.area_id)) AS b (breakdown_kind, breakdown_key)
GROUP BY a.number, b.breakdown_kind, b.breakdown_key, a.item_id, v.inputs, v.missing;
