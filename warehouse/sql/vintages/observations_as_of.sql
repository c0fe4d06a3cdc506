-- grain: one row per cell of $form and $period as known at $moment, of all reporting units or of $unit.
SELECT
    unit_id, area_id, row_key, item_id, value, text_value, unit, status, bound, known_at,
    sender_id, return_id, topic, kafka_partition, kafka_offset
FROM observation_as_of($moment)
WHERE form_id = $form AND period = $period AND $unit IN ('', unit_id)
ORDER BY unit_id, row_key, item_id, area_id;
