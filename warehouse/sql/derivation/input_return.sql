-- grain: one row per derivation, role, form, period and reporting unit: the newest return known at the cut-off.
CREATE OR REPLACE TEMP TABLE input_return AS
SELECT w.number, w.role, r.*
FROM wanted_inputs AS w
JOIN stg_return AS r
    ON r.form_id = w.form_id AND r.period = w.period AND r.area_id = w.area_id AND r.unit_id = w.unit_id
    AND r.known_at <= w.cutoff_at
QUALIFY row_number() OVER (
    PARTITION BY w.number, w.role, r.form_id, r.period, r.unit_id
    ORDER BY r.known_at DESC, r.topic DESC, r.kafka_partition DESC, r.kafka_offset DESC
) = 1;
