-- grain: one row per reported cell of the newest return of its unit, form and period (an omitted cell is withdrawn).
CREATE OR REPLACE VIEW fct_observation_latest AS
WITH newest AS (
    SELECT *
    FROM stg_return
    QUALIFY row_number() OVER (
        PARTITION BY form_id, period, unit_id
        ORDER BY known_at DESC, topic DESC, kafka_partition DESC, kafka_offset DESC
    ) = 1
)
SELECT
    r.plan_id, r.form_id, r.period, r.period_end_date, r.unit_id, coalesce(nullif(c.area_id, ''), r.area_id) AS area_id, c.item_id,
    c.row_key, c.value, c.text_value, c.unit, c.status, c.bound, c.basis, r.known_at, r.return_id
FROM newest AS r
JOIN stg_cell AS c USING (return_row);
