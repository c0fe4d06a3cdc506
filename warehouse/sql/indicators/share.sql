-- grain: one row per derivation. Formula: 100 x numerator / denominator, summed over the reporting units, then divided.
-- Inputs: numerator, denominator: two items of one unit of measure and, if they are money, of the same prices.
-- Unit: per cent. Missing input: a unit without either figure makes the whole value empty; a denominator of zero does too.
-- A quotient no column could hold leaves the value empty.
-- Rounded half up as a decimal: the division gives a binary number, in which 0.145 lies below its half.
SELECT
    number,
    CASE
        WHEN count(numerator) = count(*) AND count(denominator) = count(*) AND sum(denominator) <> 0
            THEN TRY_CAST(round(TRY_CAST(100 * sum(numerator) / sum(denominator) AS DECIMAL(38, 12)), $places) AS DECIMAL(28, 8))
    END AS value
FROM (
    SELECT
        r.number, r.unit_id,
        max(c.value) FILTER (c.item_id = $numerator) AS numerator,
        max(c.value) FILTER (c.item_id = $denominator) AS denominator
    FROM input_return AS r
    LEFT JOIN input_cell AS c USING (number, role, form_id, unit_id)
    WHERE r.role = 'own'
    GROUP BY r.number, r.unit_id
)
GROUP BY number;
