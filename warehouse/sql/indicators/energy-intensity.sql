-- grain: one row per derivation. Formula: energy / value added, summed over the reporting units, then divided.
-- Inputs: energy (tce or 10 000 tce), value_added at constant prices of the base year. Unit: per unit of value added.
-- Missing input: a unit without either figure makes the whole value empty; a value added of zero does too.
-- A quotient no column could hold leaves the value empty.
-- Rounded half up as a decimal: the division gives a binary number, in which 0.145 lies below its half.
SELECT
    number,
    CASE
        WHEN count(energy) = count(*) AND count(value_added) = count(*) AND sum(value_added) <> 0
            THEN TRY_CAST(round(TRY_CAST(sum(energy) / sum(value_added) AS DECIMAL(38, 12)), $places) AS DECIMAL(28, 8))
    END AS value
FROM (
    SELECT
        r.number, r.unit_id,
        max(c.value) FILTER (c.item_id = $energy) AS energy,
        max(c.value) FILTER (c.item_id = $value_added) AS value_added
    FROM input_return AS r
    LEFT JOIN input_cell AS c USING (number, role, form_id, unit_id)
    WHERE r.role = 'own'
    GROUP BY r.number, r.unit_id
)
GROUP BY number;
