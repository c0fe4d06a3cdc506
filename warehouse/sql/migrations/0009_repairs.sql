-- grain: one row per repair that was sent, whatever became of it; its faults, if any, are in dead_letter.
-- is_compared: the refused message could be read far enough to hold the mended figures against its own.
CREATE TABLE raw_repair (
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL,
    origin_topic VARCHAR NOT NULL,
    origin_partition INTEGER NOT NULL,
    origin_offset BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    repaired_by VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    outcome VARCHAR NOT NULL,
    is_compared BOOLEAN NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);
