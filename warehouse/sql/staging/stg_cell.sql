-- grain: one row per cell of a landed return; numbers become exact decimals here: by way of their shortest text, for
-- a direct cast multiplies in binary and turns 1234567890.12 into 1234567890.11999984. An empty area is the return's own.
-- A text goes into 18 digits some fifty times faster than into 28, so those that fit take that way; the digits are equal.
CREATE OR REPLACE VIEW stg_cell AS
SELECT
    c.return_row, c.item_id, c.row_key, coalesce(d.area_id, '') AS area_id,
    CASE
        WHEN abs(c.value) < 1e9 THEN CAST(CAST(CAST(c.value AS VARCHAR) AS DECIMAL(18, 8)) AS DECIMAL(28, 8))
        ELSE CAST(CAST(c.value AS VARCHAR) AS DECIMAL(28, 8))
    END AS value,
    c.text_value, coalesce(d.unit, '') AS unit, coalesce(d.status, 'A') AS status, coalesce(d.bound, 'exact') AS bound,
    coalesce(d.basis, '') AS basis, coalesce(d.sources, '[]') AS sources
FROM raw_cell AS c
LEFT JOIN raw_cell_detail AS d USING (return_row, item_id, row_key);
