-- grain: dim_target holds one row per target, area and yardstick; one without a yardstick is judged by people.
ALTER TABLE dim_target ADD COLUMN kind VARCHAR DEFAULT '';
ALTER TABLE dim_target ALTER COLUMN value DROP NOT NULL;
