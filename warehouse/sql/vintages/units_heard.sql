-- grain: one row per reporting unit with a return of $form and $period known at $moment, with or without cells.
SELECT unit_id
FROM return_as_of($moment)
WHERE form_id = $form AND period = $period;
