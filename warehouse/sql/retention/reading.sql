-- grain: one row per reading of the returns to roll up: a number in a row that is named by its time of day. Valid is a
-- reading whose row is not flagged otherwise: where the form has an item of codes with the code ``valid``, by that code.
CREATE OR REPLACE TEMP TABLE reading AS
SELECT
    c.return_row, c.item_id, CAST(substr(c.row_key, 1, 2) AS INTEGER) AS hour, i.unit, i.rule, i.per_hour, i.per_day,
    c.value, c.value IS NOT NULL AND coalesce(f.text_value, 'valid') = 'valid' AS is_valid
FROM ripe_returns AS r
JOIN stg_cell AS c USING (return_row)
JOIN rolled_items AS i ON i.form_id = r.form_id AND i.item_id = c.item_id
LEFT JOIN (SELECT return_row, row_key, item_id AS flag_id, text_value FROM stg_cell) AS f
    ON f.return_row = c.return_row AND f.row_key = c.row_key AND f.flag_id = i.flag_item
WHERE c.row_key <> '';
