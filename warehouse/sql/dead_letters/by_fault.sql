-- grain: one row per fault code with the number of dead letters that have it, under the same filters as the list.
SELECT code, count(*) AS letters
FROM (
    SELECT unnest(list_distinct(json_extract_string(faults, '$[*].code'))) AS code
    FROM stg_dead_letter
    WHERE ($topic = '' OR topic = $topic)
        AND ($phase = '' OR phase = $phase)
        AND ($fault = '' OR list_contains(json_extract_string(faults, '$[*].code'), $fault))
        AND (NOT $is_open OR is_open)
)
GROUP BY code
ORDER BY letters DESC, code;
