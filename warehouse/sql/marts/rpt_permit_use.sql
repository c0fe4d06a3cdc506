-- grain: one row per discharging unit, pollutant and quarter. Formula: emitted since January / permitted for the year;
-- run out: the day on which the permitted amount is used up at the daily pace so far (empty when that is not in this
-- year).
-- Inputs: emitted-amount of each quarter of the year so far; permitted-amount at the end of the quarter's last month,
-- found by the unit's id or its Chinese name as the register has it. Unit: t, per cent. No prices.
-- Missing input: a quarter without a report leaves the use empty; without a permit in force the permitted amount is
-- empty.
CREATE OR REPLACE VIEW rpt_permit_use AS
WITH latest AS (SELECT * FROM fct_measure_latest WHERE breakdown_kind = 'enterprise'),
quarter AS (
    SELECT
        plan_id, area_id, breakdown_key AS unit_id, item_id AS pollutant, period, value, verdict,
        CAST(period[7:7] AS INTEGER) AS quarters, CAST(period[1:4] AS INTEGER) AS year
    FROM latest
    WHERE measure_id = 'emitted-amount'
),
emitted AS (
    SELECT
        q.plan_id, q.area_id, q.unit_id, q.pollutant, q.period, q.year, q.quarters,
        CASE WHEN count(e.value) = q.quarters THEN sum(e.value) END AS emitted_ytd_t,
        q.quarters - count(e.value) AS missing,
        ['passed', 'waived', 'to_verify', 'pending', 'failed'][
            max(list_position(['passed', 'waived', 'to_verify', 'pending', 'failed'], e.verdict))
        ] AS verdict
    FROM quarter AS q
    JOIN quarter AS e
        ON e.plan_id = q.plan_id AND e.unit_id = q.unit_id AND e.pollutant = q.pollutant
        AND e.year = q.year AND e.quarters <= q.quarters
    GROUP BY q.plan_id, q.area_id, q.unit_id, q.pollutant, q.period, q.year, q.quarters
),
held AS (
    SELECT
        e.*, p.value AS permitted_t, make_date(e.year, 1, 1) AS first_date,
        last_day(make_date(e.year, 3 * e.quarters, 1)) AS end_date
    FROM emitted AS e
    LEFT JOIN dim_reporting_unit AS u USING (plan_id, unit_id)
    LEFT JOIN latest AS p
        ON p.measure_id = 'permitted-amount' AND p.plan_id = e.plan_id AND p.item_id = e.pollutant
        AND p.breakdown_key IN (e.unit_id, u.name_zh)
        AND p.period = e.year || '-' || lpad(CAST(3 * e.quarters AS VARCHAR), 2, '0')
),
paced AS (
    -- The days from 1 January until the amount is used up at the pace of the days so far, begun days included.
    SELECT
        *, CASE
            WHEN emitted_ytd_t > 0 AND permitted_t >= 0
                THEN ceil(CAST(permitted_t AS DECIMAL(28, 4)) * (date_diff('day', first_date, end_date) + 1) / emitted_ytd_t)
        END AS days
    FROM held
)
SELECT
    plan_id, area_id, unit_id, pollutant, period, emitted_ytd_t, permitted_t,
    TRY_CAST(round(TRY_CAST(100 * emitted_ytd_t / nullif(permitted_t, 0) AS DECIMAL(38, 12)), 2) AS DECIMAL(28, 8)) AS used_pct,
    CASE WHEN days <= date_diff('day', first_date, make_date(year, 12, 31)) + 1
        THEN first_date + greatest(CAST(days AS INTEGER), 1) - 1 END AS runs_out_date,
    missing, verdict
FROM paced;
