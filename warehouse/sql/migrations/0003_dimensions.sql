-- grain: one row per part of a plan in force; replaced whole when a plan lands.
CREATE TABLE dim_plan (plan_id VARCHAR NOT NULL, plan_hash VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL, document VARCHAR NOT NULL);
CREATE TABLE dim_area (plan_id VARCHAR NOT NULL, area_id VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL, parent_id VARCHAR NOT NULL);
CREATE TABLE dim_unit_of_measure (plan_id VARCHAR NOT NULL, unit VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL);
CREATE TABLE dim_reporting_unit (plan_id VARCHAR NOT NULL, unit_id VARCHAR NOT NULL, area_id VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL);
CREATE TABLE dim_form (plan_id VARCHAR NOT NULL, form_id VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL);
CREATE TABLE dim_indicator (plan_id VARCHAR NOT NULL, indicator_id VARCHAR NOT NULL, form_id VARCHAR NOT NULL, unit VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL, basis_zh VARCHAR NOT NULL, basis_en VARCHAR NOT NULL);
-- One row per target and yardstick.
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
    value DECIMAL(28, 8) NOT NULL,
    comparator VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    deadline_date DATE NOT NULL,
    yardstick VARCHAR NOT NULL,
    alert_preset_id VARCHAR NOT NULL,
    beside_preset_id VARCHAR NOT NULL
);
-- Codes and the words people see for them.
CREATE TABLE dim_word (kind VARCHAR NOT NULL, code VARCHAR NOT NULL, name_zh VARCHAR NOT NULL, name_en VARCHAR NOT NULL, rank INTEGER NOT NULL);
