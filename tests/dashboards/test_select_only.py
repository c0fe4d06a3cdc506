"""The gate: what may be asked of the lake and what may not, statement by statement."""

from __future__ import annotations

import pytest
from select_only import PROBES, StatementRefused, check

ALLOWED = (
    "SELECT * FROM rpt_barometer",
    "FROM rpt_barometer",
    "select count(*) from main.rpt_barometer where status = 'severe' group by all",
    "SELECT max(value) FROM w.main.rpt_path",
    'SELECT "status" FROM "main"."rpt_barometer" ORDER BY 1 DESC LIMIT 10 OFFSET 5',
    "WITH a AS (SELECT * FROM rpt_path), b AS (SELECT * FROM a) SELECT * FROM b JOIN a USING (period)",
    "SELECT plan_id FROM rpt_path UNION ALL SELECT plan_id FROM rpt_alert EXCEPT SELECT 'x'",
    "SELECT row_number() OVER (PARTITION BY plan_id ORDER BY period) FROM rpt_path QUALIFY 1 = 1",
    "SELECT strftime(timezone('Asia/Shanghai', known_at), '%Y-%m') FROM rpt_barometer",
    "SELECT DATE_TRUNC('month', period_end_date), value::DECIMAL(28, 8), [1, 2][1] FROM rpt_path",
    "SELECT CASE WHEN status ILIKE '%v%' THEN 1 ELSE 2 END FROM (SELECT status FROM rpt_path) AS t",
    "SELECT count(*) FILTER (WHERE status IN ('mild', 'severe')) FROM rpt_barometer",
    "SELECT * FROM rpt_barometer -- a remark\n",
    "SELECT * FROM rpt_path AT (VERSION => 3)",
)

REFUSED = {
    "file as table": "SELECT * FROM '/etc/passwd'",
    "quoted file as table": 'SELECT * FROM "rpt_x.csv"',
    "read_text": "SELECT * FROM read_text('/etc/passwd')",
    "read_csv": "SELECT * FROM read_csv('/etc/passwd')",
    "read_parquet on the data folder": "SELECT * FROM read_parquet('data/**')",
    "glob": "SELECT * FROM glob('/*')",
    "function in a subquery": "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "function in a join": "SELECT * FROM rpt_path, read_blob('/etc/passwd')",
    "function in a with": "WITH a AS (SELECT * FROM read_text('x')) SELECT * FROM rpt_path",
    "function in a lateral": "SELECT * FROM rpt_path AS p, LATERAL (SELECT * FROM glob(p.plan_id))",
    "function in an order": "SELECT * FROM rpt_path ORDER BY getenv('HOME')",
    "function in a filter": "SELECT count(*) FILTER (WHERE getenv('HOME') > '') FROM rpt_path",
    "function in values": "SELECT * FROM (VALUES (getenv('HOME'))) AS t",
    "function in a lambda": "SELECT list_sort([getenv('HOME')])",
    "query function": "SELECT * FROM query('DETACH w')",
    "settings": "SELECT * FROM duckdb_settings()",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "getenv": "SELECT getenv('HOME')",
    "current_setting": "SELECT current_setting('secret_directory')",
    "getvariable": "SELECT getvariable('x')",
    "log writer": "SELECT write_log('x')",
    "sleep": "SELECT sleep_ms(100000)",
    "endless rows": "SELECT * FROM range(1000000000000)",
    "endless list": "SELECT range(1000000000000)",
    "ducklake function": "SELECT * FROM ducklake_snapshots('w')",
    "ducklake macro": "SELECT * FROM w.snapshots()",
    "ducklake catalogue": "SELECT * FROM __ducklake_metadata_w.ducklake_table",
    "stored table": "SELECT * FROM raw_return",
    "stored table behind its own WITH name": "WITH raw_return AS (SELECT * FROM raw_return) SELECT * FROM raw_return",
    "stored table beside a WITH elsewhere": "SELECT * FROM raw_return, (WITH raw_return AS (SELECT 1) SELECT 1)",
    "stored table with a schema": "WITH raw_return AS (SELECT 1) SELECT * FROM main.raw_return",
    "other catalogue": "SELECT * FROM memory.main.rpt_path",
    "other schema": "SELECT * FROM secret.rpt_path",
    "information_schema": "SELECT * FROM information_schema.tables",
    "pg_catalog": "SELECT * FROM pg_catalog.pg_class",
    "sqlite_master": "SELECT * FROM sqlite_master",
    "recursion": "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT * FROM t",
    "two statements": "SELECT 1; SELECT 2",
    "statement after a remark": "SELECT 1 /* ; */; DETACH w",
    "nothing": "  ",
    "only a remark": "-- nothing",
    "copy": "COPY rpt_path TO 'x.parquet'",
    "copy a query": "COPY (SELECT * FROM rpt_path) TO 'x.csv'",
    "attach": "ATTACH 'catalogue.sqlite' AS x (TYPE sqlite)",
    "detach": "DETACH w",
    "use": "USE memory",
    "set": "SET threads = 1",
    "reset": "RESET ALL",
    "set variable": "SET VARIABLE x = 1",
    "pragma": "PRAGMA database_list",
    "call": "CALL w.snapshots()",
    "insert": "INSERT INTO rpt_path VALUES (1)",
    "create": "CREATE TABLE x AS SELECT 1",
    "create secret": "CREATE SECRET x (TYPE s3)",
    "update": "UPDATE rpt_path SET value = 1",
    "delete": "DELETE FROM rpt_path",
    "merge": "MERGE INTO rpt_path USING rpt_path AS p USING (plan_id) WHEN MATCHED THEN DELETE",
    "drop": "DROP VIEW rpt_path",
    "select into": "SELECT 1 INTO x",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "export": "EXPORT DATABASE 'x'",
    "checkpoint": "CHECKPOINT w",
    "vacuum": "VACUUM",
    "explain": "EXPLAIN ANALYZE SELECT 1",
    "show": "SHOW ALL TABLES",
    "describe": "DESCRIBE rpt_path",
    "summarize": "SUMMARIZE rpt_path",
    "describe in a subquery": "SELECT * FROM (DESCRIBE rpt_path)",
    "prepare": "PREPARE x AS SELECT 1",
    "transaction": "BEGIN",
    "syntax error": "SELEC 1",
    "function of a schema": "SELECT w.main.sum(1)",
}


@pytest.mark.parametrize("statement", ALLOWED)
def test_a_read_of_published_views_passes(statement: str) -> None:
    check(statement)


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_everything_else_is_refused(statement: str) -> None:
    with pytest.raises(StatementRefused, match=r"^查询被拒绝：.+ \(Refused: .+\.\)$"):
        check(statement)


@pytest.mark.parametrize(
    "name",
    ["read_text", "getenv", "settings", "copy", "attach", "detach", "stored table", "ducklake catalogue"],
)
def test_the_policy_of_the_connection_refuses_them_too(name: str) -> None:
    with pytest.raises(StatementRefused):
        check(REFUSED[name], PROBES)


@pytest.mark.parametrize(
    "statement",
    [
        "select current_schema()",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = $1",
        "SELECT database_name, schema_name AS nspname FROM duckdb_schemas() WHERE schema_name NOT LIKE 'pg'",
        "SELECT c.relname FROM pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace",
    ],
)
def test_reflection_of_names_passes_at_the_connection_only(statement: str) -> None:
    check(statement, PROBES)
    with pytest.raises(StatementRefused):
        check(statement)


def test_the_refusal_says_what_is_in_the_way_in_both_languages() -> None:
    with pytest.raises(StatementRefused) as refusal:
        check("SELECT * FROM raw_return")
    assert str(refusal.value) == (
        "查询被拒绝：不能读取「raw_return」，只能查询 rpt_ 开头的已发布视图。 "
        "(Refused: relation raw_return is not published; read the rpt_* views.)"
    )
