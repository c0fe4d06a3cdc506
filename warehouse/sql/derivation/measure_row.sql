-- grain: one row per derivation, measure, breakdown and item; each file under measures puts its rows in. An empty unit
-- is the measure's own.
CREATE OR REPLACE TEMP TABLE measure_row (
    measure_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    breakdown_kind VARCHAR NOT NULL,
    breakdown_key VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    unit VARCHAR,
    numerator DECIMAL(38, 14),
    denominator DECIMAL(38, 14),
    inputs BIGINT NOT NULL,
    missing BIGINT NOT NULL
);
