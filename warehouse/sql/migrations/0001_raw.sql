-- grain: raw tables, append only, keyed by the Kafka address; the original is kept.

-- One row per topic-partition: how far it is landed, and the account of every message read.
CREATE TABLE kafka_source (
    source_no INTEGER NOT NULL,
    cluster_id VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    kafka_partition INTEGER NOT NULL,
    next_offset BIGINT NOT NULL,
    consumed BIGINT NOT NULL,
    landed BIGINT NOT NULL,
    dead_lettered BIGINT NOT NULL,
    duplicate BIGINT NOT NULL
);

-- One row per return that landed; return_row = source_no * 2^40 + offset.
CREATE TABLE raw_return (
    return_row BIGINT NOT NULL,
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL,
    plan_id VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    form_version INTEGER NOT NULL,
    period VARCHAR NOT NULL,
    period_end_date DATE NOT NULL,
    area_id VARCHAR NOT NULL,
    unit_id VARCHAR NOT NULL,
    sender_id VARCHAR NOT NULL,
    return_id VARCHAR NOT NULL,
    content_digest VARCHAR NOT NULL,
    is_backdated BOOLEAN NOT NULL,
    published_kind VARCHAR NOT NULL,
    sources VARCHAR NOT NULL,
    note VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);

-- One row per cell of a return; narrow on purpose, the envelope is in raw_return.
CREATE TABLE raw_cell (
    return_row BIGINT NOT NULL,
    item_id VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    value DOUBLE NOT NULL,
    unit VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    sources VARCHAR NOT NULL
);

CREATE TABLE raw_tick (source_no INTEGER NOT NULL, kafka_offset BIGINT NOT NULL, tick_date DATE NOT NULL);

CREATE TABLE raw_plan (
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL,
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    plan VARCHAR NOT NULL
);

-- One row per result message (assessments, alerts), whole, with its id.
CREATE TABLE raw_result (
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL,
    topic VARCHAR NOT NULL,
    result_id VARCHAR NOT NULL,
    payload VARCHAR NOT NULL
);

-- One row per refused message, kept whole with its address and every fault.
CREATE TABLE dead_letter (
    topic VARCHAR NOT NULL,
    kafka_partition INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL,
    message_key BLOB,
    payload BLOB,
    phase VARCHAR NOT NULL,
    faults VARCHAR NOT NULL,
    received_at TIMESTAMPTZ NOT NULL
);

-- Slices whose returns changed since they were last derived.
CREATE TABLE touched_slice (form_id VARCHAR NOT NULL, period VARCHAR NOT NULL, area_id VARCHAR NOT NULL);
