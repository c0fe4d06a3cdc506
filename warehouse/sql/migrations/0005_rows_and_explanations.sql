-- grain: raw_cell has one row per cell, now also in rows and of texts; raw_explanation one row per explanation.
-- Made anew, not altered: see 0004.
CREATE TEMP TABLE kept_cell AS FROM raw_cell;
DROP TABLE raw_cell;
CREATE TABLE raw_cell (
    return_row BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    value DOUBLE,
    text_value VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    sources VARCHAR NOT NULL
);
INSERT INTO raw_cell BY NAME SELECT *, '' AS row_key, '' AS text_value FROM kept_cell;
DROP TABLE kept_cell;

CREATE TABLE raw_explanation (
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL,
    plan_id VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    sender_id VARCHAR NOT NULL,
    explanation_id VARCHAR NOT NULL,
    content_digest VARCHAR NOT NULL,
    check_id VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    row_key VARCHAR NOT NULL,
    return_id VARCHAR NOT NULL,
    says VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
