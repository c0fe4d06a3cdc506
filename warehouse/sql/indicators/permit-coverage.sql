-- grain: one row per derivation. Formula: 100 x (permits + registrations + rectification notices + exempt) / managed.
-- Inputs: five counts of sources, summed over the reporting units. Unit: per cent. No prices.
-- Missing input: any count missing from any unit makes the value empty; no managed source does too.
-- A quotient no column could hold leaves the value empty.
-- Rounded half up as a decimal: the division gives a binary number, in which 0.145 lies below its half.
SELECT
    number,
    CASE
        WHEN bool_and(is_whole) AND sum(managed) <> 0
            THEN TRY_CAST(round(TRY_CAST(100 * sum(covered) / sum(managed) AS DECIMAL(38, 12)), $places) AS DECIMAL(28, 8))
    END AS value
FROM (
    SELECT
        r.number, r.unit_id,
        count(DISTINCT c.item_id) FILTER (c.item_id IN ($permits, $registrations, $rectifications, $exempt_or_closed, $managed))
            = 5 AS is_whole,
        sum(c.value) FILTER (c.item_id IN ($permits, $registrations, $rectifications, $exempt_or_closed)) AS covered,
        sum(c.value) FILTER (c.item_id = $managed) AS managed
    FROM input_return AS r
    LEFT JOIN input_cell AS c USING (number, role, form_id, unit_id)
    WHERE r.role = 'own'
    GROUP BY r.number, r.unit_id
)
GROUP BY number;
