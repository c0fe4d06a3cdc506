-- grain: one row per dead letter that the filters let through, newest first; an empty filter lets all through.
SELECT topic, kafka_partition, kafka_offset, phase, faults, received_at, is_repaired
FROM stg_dead_letter
WHERE ($topic = '' OR topic = $topic)
    AND ($phase = '' OR phase = $phase)
    AND ($fault = '' OR list_contains(json_extract_string(faults, '$[*].code'), $fault))
    AND (NOT $is_open OR is_open)
ORDER BY received_at DESC, topic, kafka_partition, kafka_offset
LIMIT $limit;
