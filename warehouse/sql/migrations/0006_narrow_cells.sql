-- grain: raw_cell has one row per cell of a return, only what nearly every cell has; raw_cell_detail one row per cell
-- that says more: its area, unit of measure, status, bound, basis or sources. Made anew, not altered: see 0004.
CREATE TEMP TABLE kept_cell AS FROM raw_cell;
DROP TABLE raw_cell;
CREATE TABLE raw_cell (
    return_row BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL,
    value DOUBLE,
    text_value VARCHAR NOT NULL
);
CREATE TABLE raw_cell_detail (
    return_row BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    sources VARCHAR NOT NULL
);
INSERT INTO raw_cell BY NAME SELECT return_row, item_id, row_key, value, text_value FROM kept_cell;
INSERT INTO raw_cell_detail BY NAME
SELECT k.return_row, k.item_id, k.row_key, CASE WHEN k.area_id = r.area_id THEN '' ELSE k.area_id END AS area_id,
    k.unit, k.status, k.bound, k.basis, k.sources
FROM kept_cell AS k
JOIN raw_return AS r USING (return_row)
WHERE (k.unit, k.status, k.bound, k.basis, k.sources) <> ('', 'A', 'exact', '', '[]') OR k.area_id <> r.area_id;
DROP TABLE kept_cell;
