-- grain: one row per cell of a landed return; numbers become exact decimals here: by way of their shortest text, for
-- a direct cast multiplies in binary and turns 1234567890.12 into 1234567890.11999984.
CREATE OR REPLACE VIEW stg_cell AS
SELECT
    return_row, item_id, row_key, area_id, CAST(CAST(value AS VARCHAR) AS DECIMAL(28, 8)) AS value, text_value,
    unit, status, bound, basis, sources
FROM raw_cell;
