-- grain: measure_value one row per measure, breakdown and item of a derivation (slice, cut-off, plan hash);
-- dim_measure one row per measure; dim_reporting_unit one row per unit, now with its industry. Made anew: see 0004.
CREATE TABLE measure_value (
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    cutoff_at TIMESTAMPTZ NOT NULL,
    measure_id VARCHAR NOT NULL,
    breakdown_kind VARCHAR NOT NULL,
    breakdown_key VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    value DECIMAL(28, 8),
    unit VARCHAR NOT NULL,
    numerator DECIMAL(28, 8),
    denominator DECIMAL(28, 8),
    inputs INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    slices_due INTEGER NOT NULL,
    verdict VARCHAR NOT NULL
);
CREATE TABLE dim_measure (
    measure_id VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    is_ratio BOOLEAN NOT NULL,
    scale INTEGER NOT NULL,
    is_partial BOOLEAN NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    beside_indicator_id VARCHAR NOT NULL
);
CREATE TEMP TABLE kept_unit AS
SELECT u.*, coalesce(i.industry, '') AS industry
FROM dim_reporting_unit AS u
LEFT JOIN (
    SELECT plan_id, plan_hash, unit ->> '$.id' AS unit_id, unit ->> '$.industry' AS industry
    FROM (SELECT DISTINCT plan_id, plan_hash, unnest(CAST(plan -> '$.units' AS JSON[])) AS unit FROM raw_plan)
    SEMI JOIN dim_plan USING (plan_id, plan_hash)
) AS i USING (plan_id, unit_id);
DROP TABLE dim_reporting_unit;
CREATE TABLE dim_reporting_unit (
    plan_id VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    industry VARCHAR NOT NULL
);
INSERT INTO dim_reporting_unit BY NAME SELECT * FROM kept_unit;
DROP TABLE kept_unit;
