-- grain: one row per chore of the lake's upkeep: why it was done, how long it took, what it changed. An account of work,
-- not of the log: it is no part of the state hash, and a rebuilt lake begins with an empty one.
CREATE TABLE upkeep_run (
    began_at TIMESTAMPTZ NOT NULL,
    chore VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    seconds DOUBLE NOT NULL,
    done BIGINT NOT NULL,
    files_before BIGINT NOT NULL,
    files_after BIGINT NOT NULL,
    bytes_before BIGINT NOT NULL,
    bytes_after BIGINT NOT NULL,
    snapshots_before BIGINT NOT NULL,
    snapshots_after BIGINT NOT NULL
);
