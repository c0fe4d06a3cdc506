-- grain: one row per data or delete file that the catalogue refers to, of any snapshot: path below the data path, bytes.
-- Runs on the copied catalogue itself, which is SQLite.
SELECT DISTINCT s.path || t.path || f.path, f.file_size_bytes
FROM (
    SELECT table_id, path, file_size_bytes FROM ducklake_data_file
    UNION ALL
    SELECT table_id, path, file_size_bytes FROM ducklake_delete_file
) AS f
JOIN ducklake_table AS t ON t.table_id = f.table_id
JOIN ducklake_schema AS s ON s.schema_id = t.schema_id;
