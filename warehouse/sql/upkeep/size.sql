-- grain: one row: files the catalogue refers to, their bytes, and snapshots that can still be read.
SELECT
    (SELECT count(*) FROM __ducklake_metadata_w.ducklake_data_file)
        + (SELECT count(*) FROM __ducklake_metadata_w.ducklake_delete_file) AS files,
    coalesce((SELECT CAST(sum(file_size_bytes) AS BIGINT) FROM __ducklake_metadata_w.ducklake_data_file), 0)
        + coalesce((SELECT CAST(sum(file_size_bytes) AS BIGINT) FROM __ducklake_metadata_w.ducklake_delete_file), 0) AS bytes,
    (SELECT count(*) FROM __ducklake_metadata_w.ducklake_snapshot) AS snapshots;
