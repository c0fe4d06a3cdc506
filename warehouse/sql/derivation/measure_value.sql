-- grain: one row per derivation, measure, breakdown and item. Formula: a ratio is scale x numerator / denominator, any
-- other measure its numerator. Ratios are rounded half up to four places as decimals.
-- Missing input: the value is empty when a return is missing, unless the measure is given as it is with its cover
-- (is_partial); without any input, or over a denominator of zero, it is empty in any case.
INSERT INTO measure_value BY NAME
SELECT
    s.plan_id, s.plan_hash, s.form_id, s.period, s.area_id, s.cutoff_at, r.measure_id, r.breakdown_kind,
    r.breakdown_key, r.item_id,
    CASE
        WHEN r.inputs = 0 OR (r.missing > 0 AND NOT m.is_partial) THEN NULL
        WHEN NOT m.is_ratio THEN TRY_CAST(r.numerator AS DECIMAL(28, 8))
        WHEN r.denominator <> 0
            THEN TRY_CAST(round(TRY_CAST(m.scale * r.numerator / r.denominator AS DECIMAL(38, 12)), 4) AS DECIMAL(28, 8))
    END AS value,
    coalesce(r.unit, m.unit) AS unit,
    TRY_CAST(r.numerator AS DECIMAL(28, 8)) AS numerator, TRY_CAST(r.denominator AS DECIMAL(28, 8)) AS denominator,
    r.inputs, r.missing, s.slices_due, s.verdict
FROM measure_row AS r
JOIN measured_slice AS s USING (number)
JOIN dim_measure AS m USING (measure_id);
