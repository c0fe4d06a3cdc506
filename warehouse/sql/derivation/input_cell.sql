-- grain: one row per derivation, role, form, period, reporting unit and item: the newest return known at the cut-off, with
-- its cells. A return without the item gives no row; a return without any cell still shows in input_return.
CREATE OR REPLACE TEMP TABLE input_cell AS
SELECT
    r.number, r.role, r.form_id, r.period, r.unit_id, c.item_id, c.row_key, coalesce(nullif(c.area_id, ''), r.area_id) AS area_id, c.value, c.text_value, c.unit, c.status, c.bound, c.basis,
    c.sources AS cell_sources, r.sources AS return_sources, r.topic, r.kafka_partition, r.kafka_offset, r.return_id,
    r.known_at
FROM input_return AS r
JOIN stg_cell AS c USING (return_row);
