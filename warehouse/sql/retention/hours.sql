-- grain: one row per return, item and clock hour with a reading. Value: the sum or the mean of the valid readings, by the
-- rule of the item's unit; empty without any. Least and most of the valid ones; counts of all. Sums are exact, means are
-- rounded half up to eight places.
INSERT INTO reading_hour BY NAME
SELECT
    return_row, item_id, hour, any_value(unit) AS unit, any_value(rule) AS rule,
    CASE any_value(rule)
        WHEN 'sum' THEN CAST(sum(value) FILTER (is_valid) AS DECIMAL(28, 8))
        ELSE CAST(round(CAST(sum(value) FILTER (is_valid) / count(*) FILTER (is_valid) AS DECIMAL(38, 12)), 8) AS DECIMAL(28, 8))
    END AS value,
    min(value) FILTER (is_valid) AS least,
    max(value) FILTER (is_valid) AS most,
    any_value(per_hour) AS expected,
    count(value) AS received,
    count(*) FILTER (is_valid) AS valid
FROM reading
GROUP BY return_row, item_id, hour;
