-- grain: one row per area, breakdown (city, county, industry, enterprise) and year to date. Formula: energy / value
-- added over the enterprises that are to report both, summed first; change = 100 x (intensity / that of the base - 1),
-- from intensities kept to four decimals. Not the published intensity of all above-scale industry: only key energy
-- users report energy; value_added_cover_pct is their share of the value added of all above-scale enterprises.
-- Inputs: energy-consumption of each month since January, value-added-comparable of the year to date, by enterprise.
-- Unit: tce per 10 000 yuan. Prices: of 2015 on both sides. Base: the same months of 2016, of that year's enterprises.
-- Missing input: an enterprise without a month's energy or without value added is counted in missing; the value is
-- empty then, and so it is of a whole city while a county has not been derived.
CREATE OR REPLACE VIEW rpt_energy_intensity AS
WITH latest AS (SELECT * FROM fct_measure_latest),
made AS (
    SELECT plan_id, area_id, breakdown_key AS unit_id, period, numerator AS value_added, verdict
    FROM latest
    WHERE measure_id = 'value-added-comparable' AND breakdown_kind = 'enterprise'
),
used AS (
    SELECT plan_id, breakdown_key AS unit_id, period, numerator AS energy_tce, verdict
    FROM latest
    WHERE measure_id = 'energy-consumption' AND breakdown_kind = 'enterprise'
),
matched AS (
    SELECT
        m.plan_id, m.area_id, m.unit_id, m.period, any_value(m.value_added) AS value_added,
        CASE WHEN count(u.energy_tce) = CAST(m.period[10:11] AS INTEGER) THEN sum(u.energy_tce) END AS energy_tce,
        count(u.period) > 0 AS is_key_user,
        greatest(
            max(list_position(['passed', 'waived', 'to_verify', 'pending', 'failed'], m.verdict)),
            coalesce(max(list_position(['passed', 'waived', 'to_verify', 'pending', 'failed'], u.verdict)), 0)
        ) AS verdict_rank
    FROM made AS m
    LEFT JOIN used AS u
        ON u.plan_id = m.plan_id AND u.unit_id = m.unit_id
        AND u.period[1:4] = m.period[1:4] AND u.period[6:7] <= m.period[10:11]
    GROUP BY m.plan_id, m.area_id, m.unit_id, m.period
),
whole AS (
    SELECT plan_id, period, area_id, bool_and(slices = slices_due) AS is_whole
    FROM latest
    WHERE measure_id = 'value-added-comparable' AND breakdown_kind IN ('city', 'county')
    GROUP BY plan_id, period, area_id
),
part AS (
    SELECT b.*, p.area_id AS of_area_id, p.breakdown_kind, p.breakdown_key
    FROM matched AS b
    JOIN dim_area AS a USING (plan_id, area_id)
    JOIN dim_reporting_unit AS r USING (plan_id, unit_id)
    CROSS JOIN LATERAL (
        VALUES
            (b.area_id, 'enterprise', b.unit_id), (b.area_id, 'industry', r.industry),
            (b.area_id, if(a.parent_id = '', 'city', 'county'), b.area_id),
            (a.parent_id, 'industry', r.industry), (a.parent_id, 'city', a.parent_id)
    ) AS p (area_id, breakdown_kind, breakdown_key)
    WHERE p.area_id <> ''
),
summed AS (
    SELECT
        p.plan_id, p.of_area_id AS area_id, p.breakdown_kind, p.breakdown_key, p.period,
        sum(p.energy_tce) FILTER (p.is_key_user AND p.value_added IS NOT NULL) AS energy_tce,
        sum(p.value_added) FILTER (p.is_key_user AND p.energy_tce IS NOT NULL) AS value_added_wan_yuan,
        count(*) FILTER (p.is_key_user AND p.energy_tce IS NOT NULL AND p.value_added IS NOT NULL) AS inputs,
        count(*) FILTER (p.is_key_user AND (p.energy_tce IS NULL OR p.value_added IS NULL)) AS missing,
        TRY_CAST(round(TRY_CAST(
            100 * sum(p.value_added) FILTER (p.is_key_user) / nullif(sum(p.value_added), 0) AS DECIMAL(38, 12)
        ), 2) AS DECIMAL(28, 8)) AS value_added_cover_pct,
        coalesce(bool_and(w.is_whole), false) AS is_whole,
        ['passed', 'waived', 'to_verify', 'pending', 'failed'][max(p.verdict_rank)] AS verdict
    FROM part AS p
    LEFT JOIN whole AS w ON w.plan_id = p.plan_id AND w.period = p.period AND w.area_id = p.of_area_id
    GROUP BY p.plan_id, p.of_area_id, p.breakdown_kind, p.breakdown_key, p.period
),
divided AS (
    SELECT
        *,
        CASE
            WHEN missing = 0 AND is_whole AND value_added_wan_yuan > 0
                THEN TRY_CAST(round(TRY_CAST(energy_tce / value_added_wan_yuan AS DECIMAL(38, 12)), 4) AS DECIMAL(28, 8))
        END AS intensity
    FROM summed
    WHERE inputs + missing > 0
)
SELECT
    d.plan_id, d.area_id, d.breakdown_kind, d.breakdown_key, d.period, d.intensity,
    b.intensity AS base_intensity,
    TRY_CAST(round(TRY_CAST(100 * (d.intensity / nullif(b.intensity, 0) - 1) AS DECIMAL(38, 12)), 2) AS DECIMAL(28, 8))
        AS change_pct,
    d.energy_tce, d.value_added_wan_yuan, d.inputs, d.missing, d.is_whole, d.value_added_cover_pct, d.verdict
FROM divided AS d
LEFT JOIN divided AS b
    ON b.plan_id = d.plan_id AND b.area_id = d.area_id AND b.breakdown_kind = d.breakdown_kind
    AND b.breakdown_key = d.breakdown_key AND b.period = '2016' || d.period[5:];
