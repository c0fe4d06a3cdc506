-- grain: one row per slice of the forms that retention may touch: its newest day, its returns, and whether it is derived.
-- Closed slices are left out.
SELECT r.form_id, r.period, r.area_id, max(r.period_end_date) AS period_end_date, d.form_id IS NOT NULL AS is_derived
FROM raw_return AS r
SEMI JOIN rolled_forms USING (form_id)
ANTI JOIN closed_slice USING (form_id, period, area_id)
LEFT JOIN (SELECT DISTINCT form_id, period, area_id FROM derived_slice) AS d USING (form_id, period, area_id)
GROUP BY ALL
ORDER BY r.form_id, r.period, r.area_id;
