-- grain: one row per derivation and kind of recognition. Formula: enterprises whose last event of the kind is its
-- grant.
-- Inputs: all months of recognitions-monthly up to this one, of all departments on its roster; an enterprise that
-- several levels or departments recognise counts once a kind. Unit: enterprises. No prices.
-- Missing input: a department's month that was not reported is counted in missing; the value is empty then.
INSERT INTO measure_row BY NAME
WITH event AS (
    SELECT
        c.number, c.period, c.unit_id, c.row_key,
        max(c.text_value) FILTER (c.item_id = 'kind') AS kind,
        max(c.text_value) FILTER (c.item_id = 'state') AS state,
        max(c.text_value) FILTER (c.item_id = 'level') AS level,
        max(c.text_value) FILTER (c.item_id = 'event-date') AS event_date
    FROM input_cell AS c
    WHERE c.role IN ('own', 'earlier') AND c.form_id = 'recognitions-monthly' AND c.row_key <> ''
    GROUP BY c.number, c.period, c.unit_id, c.row_key
),
held AS (
    SELECT number, kind, level, row_key, max_by(state, (period, event_date, unit_id)) AS state
    FROM event
    WHERE state <> 'applied'
    GROUP BY number, kind, level, row_key
)
SELECT
    'recognitions-held' AS measure_id, s.number, s.area_kind AS breakdown_kind, s.area_id AS breakdown_key,
    coalesce(h.kind, '') AS item_id, NULL AS unit, count(DISTINCT h.row_key) FILTER (h.state = 'granted') AS numerator,
    NULL AS denominator, v.inputs, v.missing
FROM measured_slice AS s
JOIN measured_cover AS v USING (number)
LEFT JOIN held AS h USING (number)
WHERE s.form_id = 'recognitions-monthly'
GROUP BY s.number, s.area_kind, s.area_id, coalesce(h.kind, ''), v.inputs, v.missing;
