-- grain: one row: how fresh the lake is.
CREATE OR REPLACE VIEW rpt_freshness AS
SELECT
    (SELECT max(snapshot_time) FROM w.snapshots()) AS newest_commit_at,
    (SELECT max(snapshot_id) FROM w.snapshots()) AS snapshot_id,
    (SELECT max(known_at) FROM raw_return) AS newest_known_at,
    (SELECT max(tick_date) FROM raw_tick) AS last_tick_date;
