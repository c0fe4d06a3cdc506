-- grain: dim_target holds one row per target, area and yardstick; one without a yardstick is judged by people.
-- Made anew, not altered: after an ALTER, DuckLake (the build for DuckDB 1.5.5) looks for inlined rows of the old shape
-- that its flush has removed. It is empty until the plan is sent again, which the new shape of plans asks for anyway.
DROP TABLE dim_target;
CREATE TABLE dim_target (
    plan_id VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    place INTEGER NOT NULL,
    clause VARCHAR NOT NULL,
    name_zh VARCHAR NOT NULL,
    name_en VARCHAR NOT NULL,
    indicator_id VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    owner_names_zh VARCHAR NOT NULL,
    value DECIMAL(28, 8),
    comparator VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    deadline_date DATE NOT NULL,
    yardstick VARCHAR NOT NULL,
    alert_preset_id VARCHAR NOT NULL,
    beside_preset_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL
);
