-- grain: one row per cell of a landed return; numbers become exact decimals here.
CREATE OR REPLACE VIEW stg_cell AS
SELECT return_row, item_id, area_id, CAST(value AS DECIMAL(28, 8)) AS value, unit, status, bound, basis, sources
FROM raw_cell;
