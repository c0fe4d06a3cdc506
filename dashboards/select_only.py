"""The gate before the lake: lets one reading SELECT over published relations through, refuses all else.

The statement is parsed by DuckDB itself (`json_serialize_sql`), the engine that will run it, so there is no
second dialect in which a statement could mean something else. Everything on the tree must be known: node
types, relations and functions are closed lists, and what is not on them is refused. docs/decisions/0010
argues why.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
from allowed_functions import ALLOWED_FUNCTIONS, PROBE_FUNCTIONS

LAKE_ALIAS = "w"
LAKE_SCHEMA = "main"

_PUBLISHED = re.compile(r"rpt_[a-z][a-z0-9_]*")
_QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "CTE_NODE"})  # no RECURSIVE_CTE_NODE: endless
_TABLE_NODES = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "EXPRESSION_LIST", "EMPTY"})
_MODIFIERS = frozenset(
    {"ORDER_MODIFIER", "LIMIT_MODIFIER", "LIMIT_PERCENT_MODIFIER", "DISTINCT_MODIFIER"}
    | {"ORDER_DEFAULT", "ASCENDING", "DESCENDING"}
)
_TYPE_INFOS = frozenset({"DECIMAL_TYPE_INFO", "STRING_TYPE_INFO", "LIST_TYPE_INFO", "STRUCT_TYPE_INFO"})
_KNOWN_TYPES = _QUERY_NODES | _TABLE_NODES | _MODIFIERS | _TYPE_INFOS
_KNOWN_EXPRESSIONS = frozenset(
    {"BETWEEN", "CASE", "CAST", "COLLATE", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION"}
    | {"LAMBDA", "OPERATOR", "PARAMETER", "POSITIONAL_REFERENCE", "STAR", "SUBQUERY", "WINDOW"}
)


class StatementRefused(Exception):
    """The statement is not a plain read of the published relations; the message says what is in the way."""


@dataclass(frozen=True)
class Policy:
    """What a statement may touch beyond the published relations: catalogue relations, table functions."""

    relations: frozenset[str]
    functions: frozenset[str]
    table_functions: frozenset[str]


PEOPLE = Policy(relations=frozenset(), functions=ALLOWED_FUNCTIONS, table_functions=frozenset())
"""For statements that people or charts wrote."""

PROBES = Policy(
    relations=frozenset(
        {"information_schema.tables", "pg_catalog.pg_class", "pg_catalog.pg_namespace"}
        | {"pg_catalog.pg_attribute", "pg_catalog.pg_attrdef", "pg_catalog.pg_description"}
        | {"pg_catalog.pg_type", "pg_catalog.pg_constraint", "pg_catalog.pg_index", "pg_catalog.pg_enum"}
    ),
    functions=ALLOWED_FUNCTIONS | PROBE_FUNCTIONS,
    table_functions=frozenset({"duckdb_schemas", "duckdb_tables", "duckdb_views"}),
)
"""For what reaches the connection by any way: adds the names-and-types catalogue SQLAlchemy reflects from."""


def check(sql: str, policy: Policy = PEOPLE) -> None:
    """Return silently where `sql` is one allowed SELECT; raise StatementRefused where it is not."""
    statements = _parse(sql)
    if len(statements) != 1:
        raise _refused("一次只能执行一条查询", f"send exactly one statement, not {len(statements)}")
    _walk(statements[0], frozenset(), policy)


def _parse(sql: str) -> list[dict[str, Any]]:
    """Parse with DuckDB's own parser, which serialises SELECT statements and nothing else."""
    cursor = _parser().cursor()
    try:
        row = cursor.execute(
            "SELECT json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true)", [sql]
        ).fetchone()
    finally:
        cursor.close()
    tree = json.loads(row[0])
    if not tree["error"]:
        return tree["statements"]
    if tree["error_type"] == "parser":
        raise _refused("语句有语法错误", f"syntax error: {tree['error_message']}")
    raise _refused("只允许 SELECT 查询", "only SELECT is allowed; the dashboards never write or configure")


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """An empty DuckDB of its own, used for nothing but parsing."""
    return duckdb.connect(
        ":memory:", config={"enable_external_access": "false", "threads": "1", "memory_limit": "64MB"}
    )


def _walk(node: Any, ctes: frozenset[str], policy: Policy) -> None:
    """Visit every node below `node`; `ctes` are the WITH names in scope there."""
    if isinstance(node, list):
        for child in node:
            _walk(child, ctes, policy)
        return
    if not isinstance(node, dict):
        return
    ctes = _enter_ctes(node, ctes, policy)
    kind, expression = node.get("type"), node.get("class")
    if expression is not None:
        _check_expression(node, expression, policy)
    elif kind == "TABLE_FUNCTION":
        _check_table_function(node, policy)
        _walk(node["function"].get("children"), ctes, policy)
        return
    elif kind == "BASE_TABLE":
        _check_relation(node, ctes, policy)
    elif isinstance(kind, str) and kind not in _KNOWN_TYPES:
        raise _refused("不支持这种写法", f"{kind} is not part of what may be asked here")
    for key, child in node.items():
        if key != "cte_map":
            _walk(child, ctes, policy)


def _enter_ctes(node: dict[str, Any], ctes: frozenset[str], policy: Policy) -> frozenset[str]:
    """Check each WITH query of `node` in turn and return the names that are in scope for its body.

    A WITH query sees only the names before it: `WITH raw AS (SELECT * FROM raw)` reads the stored `raw`.
    """
    for entry in node.get("cte_map", {}).get("map", []):
        _walk(entry["value"], ctes, policy)
        ctes = ctes | {entry["key"].lower()}
    return ctes


def _check_relation(node: dict[str, Any], ctes: frozenset[str], policy: Policy) -> None:
    catalogue = node.get("catalog_name", "").lower()
    schema = node.get("schema_name", "").lower()
    table = node["table_name"].lower()
    if not schema and not catalogue and table in ctes:
        return
    if catalogue in {"", LAKE_ALIAS} and schema in {"", LAKE_SCHEMA} and _PUBLISHED.fullmatch(table):
        return
    if not catalogue and f"{schema or 'pg_catalog'}.{table}" in policy.relations:
        return
    name = ".".join(part for part in (catalogue, schema, table) if part)
    raise _refused(
        f"不能读取「{name}」，只能查询 rpt_ 开头的已发布视图",
        f"relation {name} is not published; read the rpt_* views",
    )


def _check_table_function(node: dict[str, Any], policy: Policy) -> None:
    name = node["function"]["function_name"].lower()
    if name not in policy.table_functions or node["function"].get("schema"):
        raise _refused(f"不允许使用表函数 {name}()", f"table function {name}() is not allowed")


def _check_expression(node: dict[str, Any], expression: str, policy: Policy) -> None:
    if expression not in _KNOWN_EXPRESSIONS:
        raise _refused("不支持这种写法", f"{expression} is not part of what may be asked here")
    if expression in {"FUNCTION", "WINDOW"}:
        name = node["function_name"].lower()
        home = (node.get("catalog", ""), node.get("schema", ""))
        if name not in policy.functions or home not in {("", ""), ("", "main"), ("", "pg_catalog")}:
            raise _refused(f"不允许使用函数 {name}()", f"function {name}() is not on the allowed list")


def _refused(zh: str, en: str) -> StatementRefused:
    return StatementRefused(f"查询被拒绝：{zh}。 (Refused: {en}.)")
