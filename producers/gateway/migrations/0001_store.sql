-- The gateway's store: keys, the spool that is also the book of receipts, what became of each message.
-- Moments are ISO texts in UTC with microseconds, so that they sort as they read.

CREATE TABLE fact (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE key (
    key_id TEXT PRIMARY KEY,
    unit TEXT NOT NULL,
    forms TEXT NOT NULL,           -- parted by spaces; empty: every form
    secret_hash BLOB NOT NULL,     -- SHA-256
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    revoked_at TEXT,
    rotated_from TEXT NOT NULL
) STRICT;

-- One row per message taken. It waits for Kafka while kafka_offset is empty.
CREATE TABLE entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('return', 'explanation')),
    receipt_id TEXT NOT NULL UNIQUE,
    key_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    form TEXT NOT NULL,
    form_version INTEGER NOT NULL,
    period TEXT NOT NULL,
    sent_id TEXT NOT NULL,         -- the return_id or explanation_id
    idempotency_key TEXT,
    content_hash BLOB NOT NULL,    -- SHA-256 of the message as it goes to Kafka
    size INTEGER NOT NULL,
    topic TEXT NOT NULL,           -- the plan's name of it
    trace_id TEXT NOT NULL,        -- as in W3C's traceparent
    received_at TEXT NOT NULL,
    replaces TEXT NOT NULL,        -- receipt_id of the unit's earlier return of the form and period
    held_by TEXT NOT NULL CHECK (held_by IN ('kafka', 'spool')),  -- who held it when the receipt was handed out
    kafka_partition INTEGER,
    kafka_offset INTEGER,
    acknowledged_at TEXT,
    payload BLOB                   -- last, so that the others are read without it; dropped when it has landed
) STRICT;

CREATE INDEX entry_waiting ON entry (number) WHERE kafka_offset IS NULL;
CREATE INDEX entry_with_payload ON entry (acknowledged_at) WHERE payload IS NOT NULL AND kafka_offset IS NOT NULL;
CREATE UNIQUE INDEX entry_idempotency ON entry (unit, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- As the warehouse tells duplicates: an id counts within kind, form and period, whoever sent it.
CREATE UNIQUE INDEX entry_sent ON entry (sent_id, form, period, kind);
CREATE INDEX entry_reported ON entry (unit, form, period);
CREATE INDEX entry_of_unit ON entry (unit, number);

-- How much waits, kept in the same transactions.
CREATE TABLE waiting (
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO waiting VALUES (0, 0);

CREATE TRIGGER entry_taken AFTER INSERT ON entry WHEN NEW.kafka_offset IS NULL
BEGIN
    UPDATE waiting SET entries = entries + 1, bytes = bytes + NEW.size;
END;

CREATE TRIGGER entry_acknowledged AFTER UPDATE OF kafka_offset ON entry
WHEN OLD.kafka_offset IS NULL AND NEW.kafka_offset IS NOT NULL
BEGIN
    UPDATE waiting SET entries = entries - 1, bytes = bytes - NEW.size;
END;

-- What became of a message, by its Kafka address, as the topic return-outcomes says.
CREATE TABLE outcome (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    sent_id TEXT NOT NULL,
    form TEXT NOT NULL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    at TEXT NOT NULL,
    faults TEXT NOT NULL,          -- JSON
    PRIMARY KEY (topic, partition, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_of ON outcome (unit, form, period, sent_id);

-- The newest audit of the slice a return lies in.
CREATE TABLE audit (
    unit TEXT NOT NULL,
    form TEXT NOT NULL,
    period TEXT NOT NULL,
    sent_id TEXT NOT NULL,
    verdict TEXT NOT NULL,
    findings TEXT NOT NULL,        -- JSON
    at TEXT NOT NULL,
    PRIMARY KEY (unit, form, period, sent_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE next_offset (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    next INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
