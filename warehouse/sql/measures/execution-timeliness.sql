-- grain: one row per derivation and part (enterprise, industry, area). Formula: 100 x reports in by the due date / due.
-- Inputs: the first return of each unit due, whenever it was corrected since. Due: the roster without those exempt.
-- Unit: per cent of reports. No prices.
-- Missing input: a report that has not come is due and not in: it is what is counted, so nothing is ever missing.
INSERT INTO measure_row BY NAME
SELECT
    'execution-timeliness' AS measure_id, p.number, p.breakdown_kind, p.breakdown_key, '' AS item_id, NULL AS unit,
    count(*) FILTER (f.first_known_at <= s.deadline_at) AS numerator, count(*) AS denominator,
    count(*) AS inputs, 0 AS missing
FROM measured_part AS p
JOIN measured_slice AS s USING (number)
LEFT JOIN (
    SELECT s.number, r.unit_id, min(r.known_at) AS first_known_at
    FROM measured_slice AS s
    JOIN stg_return AS r
        ON r.form_id = s.form_id AND r.period = s.period AND r.area_id = s.area_id AND r.known_at <= s.cutoff_at
    WHERE s.form_id = 'permit-execution-quarterly'
    GROUP BY s.number, r.unit_id
) AS f ON f.number = p.number AND f.unit_id = p.unit_id
WHERE p.form_id = 'permit-execution-quarterly'
GROUP BY p.number, p.breakdown_kind, p.breakdown_key;
