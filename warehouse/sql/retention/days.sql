-- grain: one row per return and item. As the hours, over all readings of the day and not over its hours: a mean of means
-- would weigh a reading of a thin hour more than others.
INSERT INTO reading_day BY NAME
SELECT
    return_row, item_id, any_value(unit) AS unit, any_value(rule) AS rule,
    CASE any_value(rule)
        WHEN 'sum' THEN CAST(sum(value) FILTER (is_valid) AS DECIMAL(28, 8))
        ELSE CAST(round(CAST(sum(value) FILTER (is_valid) / count(*) FILTER (is_valid) AS DECIMAL(38, 12)), 8) AS DECIMAL(28, 8))
    END AS value,
    min(value) FILTER (is_valid) AS least,
    max(value) FILTER (is_valid) AS most,
    any_value(per_day) AS expected,
    count(value) AS received,
    count(*) FILTER (is_valid) AS valid
FROM reading
GROUP BY return_row, item_id;
