-- grain: one row per measure, area, breakdown, item and period: the newest cut-off under the plan in force, and what
-- the parts of an area come to for the area itself. Numerators and denominators are added up, never values.
-- Missing input: as in the parts; an area's value is empty too while a part's slice has not been derived (slices of
-- slices_due), whatever the measure. The worst verdict of the parts is carried on.
CREATE OR REPLACE VIEW fct_measure_latest AS
WITH newest AS (
    SELECT s.plan_id, s.plan_hash, s.form_id, s.period, s.area_id, s.cutoff_at, s.verdict
    FROM derived_slice AS s
    SEMI JOIN dim_plan AS p ON p.plan_id = s.plan_id AND p.plan_hash = s.plan_hash
    QUALIFY row_number() OVER (PARTITION BY s.form_id, s.period, s.area_id ORDER BY s.cutoff_at DESC) = 1
),
part AS (
    SELECT v.*, m.is_ratio, m.scale, m.is_partial, m.name_zh, m.name_en
    FROM fct_measure AS v
    SEMI JOIN newest AS n USING (plan_hash, form_id, period, area_id, cutoff_at)
    JOIN dim_measure AS m USING (measure_id)
),
below AS (
    SELECT
        n.plan_id, n.form_id, n.period, a.parent_id, count(*) AS slices, max(n.cutoff_at) AS cutoff_at,
        ['passed', 'waived', 'to_verify', 'pending', 'failed'][
            max(list_position(['passed', 'waived', 'to_verify', 'pending', 'failed'], n.verdict))
        ] AS verdict
    FROM newest AS n
    JOIN dim_area AS a USING (plan_id, area_id)
    WHERE a.parent_id <> ''
    GROUP BY n.plan_id, n.form_id, n.period, a.parent_id
),
summed AS (
    SELECT
        p.plan_id, p.form_id, p.period, b.parent_id AS area_id, b.cutoff_at, p.measure_id,
        CASE p.breakdown_kind WHEN 'county' THEN 'city' ELSE p.breakdown_kind END AS breakdown_kind,
        CASE p.breakdown_kind WHEN 'county' THEN b.parent_id ELSE p.breakdown_key END AS breakdown_key,
        p.item_id, p.unit, p.is_ratio, p.scale, p.is_partial, p.name_zh, p.name_en,
        sum(p.numerator) AS numerator, sum(p.denominator) AS denominator, sum(p.inputs) AS inputs,
        sum(p.missing) AS missing, b.slices, max(p.slices_due) AS slices_due, b.verdict
    FROM part AS p
    JOIN dim_area AS a USING (plan_id, area_id)
    JOIN below AS b ON b.plan_id = p.plan_id AND b.form_id = p.form_id AND b.period = p.period AND b.parent_id = a.parent_id
    WHERE p.breakdown_kind <> 'enterprise'
    GROUP BY ALL
)
SELECT
    plan_id, form_id, measure_id, name_zh, name_en, area_id, breakdown_kind, breakdown_key, item_id, period, value, unit,
    numerator, denominator, inputs, missing, 1 AS slices, 1 AS slices_due, verdict, cutoff_at
FROM part
UNION ALL
SELECT
    plan_id, form_id, measure_id, name_zh, name_en, area_id, breakdown_kind, breakdown_key, item_id, period,
    CASE
        WHEN inputs = 0 OR slices < slices_due OR (missing > 0 AND NOT is_partial) THEN NULL
        WHEN NOT is_ratio THEN TRY_CAST(numerator AS DECIMAL(28, 8))
        WHEN denominator <> 0
            THEN TRY_CAST(round(TRY_CAST(scale * numerator / denominator AS DECIMAL(38, 12)), 4) AS DECIMAL(28, 8))
    END AS value,
    unit, numerator, denominator, inputs, missing, slices, slices_due, verdict, cutoff_at
FROM summed;
