-- grain: one row per cell that differs between what was known at $since and at $until, with the return that changed it.
-- Only returns that are the newest of their unit, form and period at $until and were not at $since are looked at. A cell
-- that the newer return leaves out is withdrawn by it.
WITH moved AS (
    SELECT newer.*, older.return_row AS older_row
    FROM return_as_of($until) AS newer
    LEFT JOIN return_as_of($since) AS older USING (form_id, period, unit_id)
    WHERE newer.return_row IS DISTINCT FROM older.return_row
        AND $plan IN ('', newer.plan_id) AND $form IN ('', newer.form_id)
),
before AS (
    SELECT m.return_row AS by_row, c.* REPLACE (coalesce(nullif(c.area_id, ''), m.area_id) AS area_id)
    FROM moved AS m JOIN stg_cell AS c ON c.return_row = m.older_row
),
after AS (
    SELECT m.return_row AS by_row, c.* REPLACE (coalesce(nullif(c.area_id, ''), m.area_id) AS area_id)
    FROM moved AS m JOIN stg_cell AS c ON c.return_row = m.return_row
),
paired AS (
    SELECT
        by_row, item_id, row_key, area_id, b.item_id IS NOT NULL AS was, a.item_id IS NOT NULL AS is_there,
        b.value AS old_value, b.text_value AS old_text, b.unit AS old_unit,
        a.value AS new_value, a.text_value AS new_text, a.unit AS new_unit,
        (b.value, b.text_value, b.unit, b.status, b.bound, b.basis)
        IS DISTINCT FROM (a.value, a.text_value, a.unit, a.status, a.bound, a.basis) AS differs
    FROM before AS b
    FULL JOIN after AS a USING (by_row, item_id, row_key, area_id)
)
SELECT
    CASE WHEN NOT p.was THEN 'added' WHEN NOT p.is_there THEN 'withdrawn' ELSE 'revised' END AS change,
    m.plan_id, m.form_id, m.period, p.area_id, m.unit_id, p.row_key, p.item_id,
    p.old_value, coalesce(p.old_text, '') AS old_text, coalesce(p.old_unit, '') AS old_unit,
    p.new_value, coalesce(p.new_text, '') AS new_text, coalesce(p.new_unit, '') AS new_unit,
    m.known_at, m.sender_id, m.return_id, m.topic, m.kafka_partition, m.kafka_offset
FROM paired AS p
JOIN moved AS m ON m.return_row = p.by_row
WHERE p.differs AND (len(CAST($items AS VARCHAR[])) = 0 OR list_contains(CAST($items AS VARCHAR[]), p.item_id))
ORDER BY m.form_id, m.period, m.unit_id, p.row_key, p.item_id, p.area_id;
