-- grain: one row per area, year to date and industry, and one for the whole area (industry is empty). Formula: additive
-- LMDI-I of the change of energy against the same months of 2016, by industry: energy = activity x share x intensity;
-- an effect is L(now, base) x ln(factor now / factor of the base), L being the logarithmic mean (Ang 2005). Where the
-- energy begins or ends at zero, the change belongs to the first factor that is zero there (Wood and Lenzen 2006): the
-- share of an industry that comes or goes, else its intensity. The effects add up to the change.
-- Inputs: energy and value added of rpt_energy_intensity by industry. Unit: tce. Prices: of 2015.
-- Missing input: an industry that is not whole at either end, energy without value added, a negative figure or an area
-- without any value added at either end leave every effect of that area and period empty.
CREATE OR REPLACE VIEW rpt_energy_driver AS
WITH figure AS (
    SELECT
        plan_id, area_id, breakdown_key AS industry, period, missing = 0 AND is_whole AS is_whole,
        coalesce(energy_tce, 0) AS energy, coalesce(value_added_wan_yuan, 0) AS made
    FROM rpt_energy_intensity
    WHERE breakdown_kind = 'industry'
),
ends AS (
    SELECT DISTINCT f.plan_id, f.area_id, f.period
    FROM figure AS f
    SEMI JOIN figure AS b ON b.plan_id = f.plan_id AND b.area_id = f.area_id AND b.period = '2016' || f.period[5:]
    WHERE f.period[1:4] <> '2016'
),
listed AS (
    SELECT DISTINCT e.plan_id, e.area_id, e.period, f.industry
    FROM ends AS e
    JOIN figure AS f
        ON f.plan_id = e.plan_id AND f.area_id = e.area_id AND f.period IN (e.period, '2016' || e.period[5:])
),
paired AS (
    SELECT
        i.plan_id, i.area_id, i.period, i.industry,
        coalesce(b.energy, 0) AS energy_base, coalesce(f.energy, 0) AS energy_now,
        coalesce(b.made, 0) AS made_base, coalesce(f.made, 0) AS made_now,
        coalesce(f.is_whole, true) AND coalesce(b.is_whole, true) AS is_whole
    FROM listed AS i
    LEFT JOIN figure AS f USING (plan_id, area_id, period, industry)
    LEFT JOIN figure AS b
        ON b.plan_id = i.plan_id AND b.area_id = i.area_id AND b.industry = i.industry
        AND b.period = '2016' || i.period[5:]
),
judged AS (
    SELECT
        *, sum(made_base) OVER area AS all_base, sum(made_now) OVER area AS all_now,
        bool_and(
            is_whole AND energy_base >= 0 AND energy_now >= 0 AND made_base >= 0 AND made_now >= 0
            AND (energy_base = 0 OR made_base > 0) AND (energy_now = 0 OR made_now > 0)
        ) OVER area AS is_sound
    FROM paired
    WINDOW area AS (PARTITION BY plan_id, area_id, period)
),
sound AS (
    SELECT
        *, CAST(energy_base AS DOUBLE) AS e0, CAST(energy_now AS DOUBLE) AS e1, CAST(made_base AS DOUBLE) AS q0,
        CAST(made_now AS DOUBLE) AS q1, CAST(all_base AS DOUBLE) AS a0, CAST(all_now AS DOUBLE) AS a1
    FROM judged
    WHERE is_sound AND all_base > 0 AND all_now > 0
),
weighed AS (
    -- Near one another the difference of logarithms loses its digits; there the mean is as exact.
    SELECT *, CASE WHEN abs(e1 - e0) <= 1e-6 * e0 THEN (e0 + e1) / 2 WHEN e0 > 0 AND e1 > 0 THEN (e1 - e0) / ln(e1 / e0) END AS mean
    FROM sound
),
effect AS (
    SELECT
        plan_id, area_id, period, industry, energy_base, energy_now,
        CASE WHEN e0 > 0 AND e1 > 0 THEN mean * ln(a1 / a0) ELSE 0 END AS activity,
        CASE
            WHEN e0 > 0 AND e1 > 0 THEN mean * ln((q1 / a1) / (q0 / a0))
            WHEN (e0 = 0 AND e1 > 0 AND q0 = 0) OR (e1 = 0 AND e0 > 0 AND q1 = 0) THEN e1 - e0
            ELSE 0
        END AS structure,
        CASE
            WHEN e0 > 0 AND e1 > 0 THEN mean * ln((e1 / q1) / (e0 / q0))
            WHEN (e0 = 0 AND e1 > 0 AND q0 > 0) OR (e1 = 0 AND e0 > 0 AND q1 > 0) THEN e1 - e0
            ELSE 0
        END AS intensity
    FROM weighed
)
SELECT
    j.plan_id, j.area_id, j.period, coalesce(j.industry, '') AS industry,
    CASE WHEN bool_and(j.is_sound) THEN sum(j.energy_now - j.energy_base) END AS change_tce,
    sum(CAST(e.activity AS DECIMAL(28, 6))) AS activity_tce,
    sum(CAST(e.structure AS DECIMAL(28, 6))) AS structure_tce,
    sum(CAST(e.intensity AS DECIMAL(28, 6))) AS intensity_tce
FROM judged AS j
LEFT JOIN effect AS e USING (plan_id, area_id, period, industry)
GROUP BY GROUPING SETS ((j.plan_id, j.area_id, j.period, j.industry), (j.plan_id, j.area_id, j.period));
