-- The alerter's own store. One transaction holds what a batch of messages changed, and the offsets behind it.

-- kafka_cluster: the cluster the offsets belong to.
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- The next offset to read of each topic-partition.
CREATE TABLE offsets (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
) STRICT;

-- Every version of every plan, by hash.
CREATE TABLE plans (
    plan_hash TEXT PRIMARY KEY,
    plan_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- The version that judges: the newest one that a value was derived under.
CREATE TABLE plans_in_force (
    plan_id TEXT PRIMARY KEY,
    plan_hash TEXT NOT NULL REFERENCES plans (plan_hash)
) STRICT;

-- Every value message taken, so that a repeat is known as one even after a later message replaced it.
CREATE TABLE seen_values (message_id TEXT PRIMARY KEY) STRICT;

-- The newest value of each plan, indicator, area and period.
CREATE TABLE indicator_values (
    plan_id TEXT NOT NULL,
    indicator TEXT NOT NULL,
    area TEXT NOT NULL,
    period TEXT NOT NULL,
    message_id TEXT NOT NULL REFERENCES seen_values (message_id),
    content BLOB NOT NULL,
    PRIMARY KEY (plan_id, indicator, area, period)
) STRICT;

-- Values that wait for their plan; number keeps the order of arrival.
CREATE TABLE waiting_values (
    number INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    plan_id TEXT NOT NULL,
    plan_hash TEXT NOT NULL,
    content BLOB NOT NULL
) STRICT;

-- The newest assessment of each target, area, yardstick, preset and period.
CREATE TABLE assessments (
    plan_id TEXT NOT NULL,
    target TEXT NOT NULL,
    area TEXT NOT NULL,
    yardstick TEXT NOT NULL,
    preset TEXT NOT NULL,
    period TEXT NOT NULL,
    content_digest TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (plan_id, target, area, yardstick, preset, period)
) STRICT;

-- Where each alert stands.
CREATE TABLE alerts (
    alert_id TEXT PRIMARY KEY,
    plan_id TEXT NOT NULL,
    target TEXT NOT NULL,
    area TEXT NOT NULL,
    yardstick TEXT NOT NULL,
    preset TEXT NOT NULL,
    state TEXT NOT NULL,
    status TEXT NOT NULL,
    period TEXT NOT NULL,
    since_period TEXT NOT NULL,
    run INTEGER NOT NULL
) STRICT;

-- The periods an alert was judged by; a period that is no longer assessed keeps its last judgement.
CREATE TABLE judgements (
    alert_id TEXT NOT NULL REFERENCES alerts (alert_id),
    period TEXT NOT NULL,
    status TEXT NOT NULL,
    assessment_id TEXT NOT NULL,
    PRIMARY KEY (alert_id, period)
) STRICT;

-- Every recorded transition, in the order of the log.
CREATE TABLE transitions (
    number INTEGER PRIMARY KEY,
    transition_id TEXT NOT NULL UNIQUE,
    alert_id TEXT NOT NULL REFERENCES alerts (alert_id),
    content BLOB NOT NULL
) STRICT;

-- What is to be sent to Kafka, in order.
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    is_sent INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_unsent ON outbox (number) WHERE is_sent = 0;

-- What is to be told to people: one row for each transition and channel. Channel names hold no secrets.
CREATE TABLE notices (
    number INTEGER PRIMARY KEY,
    transition_id TEXT NOT NULL REFERENCES transitions (transition_id),
    channel TEXT NOT NULL,
    urgency TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at TEXT NOT NULL DEFAULT '',
    last_outcome TEXT NOT NULL DEFAULT '',
    sent_at TEXT,
    UNIQUE (transition_id, channel)
) STRICT;
CREATE INDEX notices_unsent ON notices (number) WHERE sent_at IS NULL;

-- Messages that could not be used, whole, with their address and faults.
CREATE TABLE refused (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    payload BLOB NOT NULL,
    faults TEXT NOT NULL,
    PRIMARY KEY (topic, partition, position)
) STRICT;
