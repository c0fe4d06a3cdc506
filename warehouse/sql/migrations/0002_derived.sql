-- grain: derived tables, each row belongs to (slice, cut-off, plan hash) and is computed as of that cut-off.

CREATE TABLE derived_slice (
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    cutoff_at TIMESTAMPTZ NOT NULL,
    inputs_digest VARCHAR NOT NULL,
    due_date DATE NOT NULL,
    is_overdue BOOLEAN NOT NULL,
    expected INTEGER NOT NULL,
    received INTEGER NOT NULL,
    verdict VARCHAR NOT NULL
);

CREATE TABLE audit_outcome (
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    cutoff_at TIMESTAMPTZ NOT NULL,
    unit_id VARCHAR NOT NULL,
    check_id VARCHAR NOT NULL,
    severity VARCHAR NOT NULL,
    item_id VARCHAR NOT NULL,
    observed VARCHAR NOT NULL,
    says_zh VARCHAR NOT NULL,
    says_en VARCHAR NOT NULL
);

CREATE TABLE indicator_value (
    message_id VARCHAR NOT NULL,
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    form_id VARCHAR NOT NULL,
    indicator_id VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    cutoff_at TIMESTAMPTZ NOT NULL,
    value DECIMAL(28, 8),
    unit VARCHAR NOT NULL,
    bound VARCHAR NOT NULL,
    basis VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    received INTEGER NOT NULL,
    due INTEGER NOT NULL,
    is_overdue BOOLEAN NOT NULL,
    known_at TIMESTAMPTZ
);

-- Announcements not yet acknowledged by Kafka, in the order to be sent.
CREATE TABLE outbox (
    place BIGINT NOT NULL,
    message_id VARCHAR NOT NULL,
    topic VARCHAR NOT NULL,
    message_key VARCHAR NOT NULL,
    payload VARCHAR NOT NULL
);

-- Up to which tick the deadlines of a plan have been looked at.
CREATE TABLE watched_until (plan_id VARCHAR NOT NULL, plan_hash VARCHAR NOT NULL, tick_date DATE NOT NULL);

-- Results that came back through the log, as columns.
CREATE TABLE assessment (
    assessment_id VARCHAR NOT NULL,
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    indicator_id VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    yardstick VARCHAR NOT NULL,
    preset_id VARCHAR NOT NULL,
    preset_version INTEGER NOT NULL,
    is_alerting BOOLEAN NOT NULL,
    period VARCHAR NOT NULL,
    period_end_date DATE NOT NULL,
    status VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    level_label VARCHAR NOT NULL,
    value DECIMAL(28, 8),
    required_value DECIMAL(28, 8),
    gap DECIMAL(28, 8),
    missed_pct DECIMAL(28, 8),
    unit VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL,
    formula_zh VARCHAR NOT NULL,
    formula_en VARCHAR NOT NULL,
    known_at TIMESTAMPTZ,
    cutoff_at TIMESTAMPTZ NOT NULL,
    value_message_id VARCHAR NOT NULL,
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL
);

CREATE TABLE alert_transition (
    transition_id VARCHAR NOT NULL,
    alert_id VARCHAR NOT NULL,
    plan_id VARCHAR NOT NULL,
    plan_hash VARCHAR NOT NULL,
    target_id VARCHAR NOT NULL,
    area_id VARCHAR NOT NULL,
    yardstick VARCHAR NOT NULL,
    preset_id VARCHAR NOT NULL,
    change VARCHAR NOT NULL,
    from_state VARCHAR NOT NULL,
    to_state VARCHAR NOT NULL,
    from_status VARCHAR NOT NULL,
    to_status VARCHAR NOT NULL,
    period VARCHAR NOT NULL,
    period_end_date DATE NOT NULL,
    effective_at TIMESTAMPTZ NOT NULL,
    headline_zh VARCHAR NOT NULL,
    headline_en VARCHAR NOT NULL,
    assessment_id VARCHAR NOT NULL,
    source_no INTEGER NOT NULL,
    kafka_offset BIGINT NOT NULL
);
