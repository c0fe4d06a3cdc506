-- grain: one row per reporting unit, form and period: the newest return known at a moment (a TIMESTAMPTZ).
-- Newest by known-at, then topic, partition, offset; never by arrival: the order of fct_observation_latest.
-- Unlike a view, a macro finds its tables by the caller's schema: USE the lake before it is asked (our readers do).
CREATE OR REPLACE MACRO return_as_of(moment) AS TABLE
SELECT *
FROM stg_return
WHERE known_at <= CAST(moment AS TIMESTAMPTZ)
QUALIFY row_number() OVER (
    PARTITION BY form_id, period, unit_id
    ORDER BY known_at DESC, topic DESC, kafka_partition DESC, kafka_offset DESC
) = 1;
