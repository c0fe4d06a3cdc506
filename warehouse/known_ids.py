"""Ids that landed, remembered between batches: whether a return is a repeat is then answered without the lake.

The scope of an id is a form and period. A scope is remembered whole or not at all: it is read from the lake once, and
every id that lands in it is noted. What is not remembered is looked up in the lake by an anti-join; the answers are
the same, so the memory is bounded by forgetting. Only the writer that lands a scope may remember it.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping

import duckdb
import pyarrow as pa

Scope = tuple[str, str]
"""Form and period."""
Digests = dict[str, str]
"""Content digests by id."""

_IDS_KEPT = 500_000
_SCOPE_IDS = 200_000


class KnownIds:
    """Content digests of the returns (or explanations) in a table, by id."""

    def __init__(self, table: str, id_column: str, *, ids_kept: int = _IDS_KEPT, scope_ids: int = _SCOPE_IDS) -> None:
        self._table = table
        self._id_column = id_column
        self._ids_kept = ids_kept
        self._scope_ids = scope_ids
        self._kept: OrderedDict[Scope, Digests] = OrderedDict()
        self._too_many: set[Scope] = set()
        self._count = 0

    def forget(self) -> None:
        """Forget everything: what landed last may not have been committed, or another process may have landed."""
        self._kept.clear()
        self._too_many.clear()
        self._count = 0

    def find(self, lake: duckdb.DuckDBPyConnection, asked: Mapping[Scope, Collection[str]]) -> dict[Scope, Digests]:
        """The digests of those ids that are in the lake; a scope with none of them is left out."""
        self._remember(lake, asked.keys() - self._kept.keys() - self._too_many)
        found = {}
        unknown = {}
        for scope, ids in asked.items():
            kept = self._kept.get(scope)
            if kept is None:
                unknown[scope] = ids
            elif not kept.keys().isdisjoint(ids):
                found[scope] = {one: kept[one] for one in kept.keys() & ids}
        return found | self._look_up(lake, unknown)

    def note(self, landed: Mapping[Scope, Digests]) -> None:
        """Note what lands with the batch at hand."""
        for scope, digests in landed.items():
            kept = self._kept.get(scope)
            if kept is not None:
                kept.update(digests)
                self._count += len(digests)
        self._forget_most()

    def _remember(self, lake: duckdb.DuckDBPyConnection, scopes: set[Scope]) -> None:
        if not scopes:
            return
        form, period = zip(*sorted(scopes), strict=True)
        lake.register("id_scopes", pa.table({"form_id": form, "period": period}))
        sizes = lake.execute(
            f"SELECT form_id, period, count(*) FROM {self._table} SEMI JOIN id_scopes USING (form_id, period) "
            "GROUP BY ALL"
        ).fetchall()
        lake.unregister("id_scopes")
        large = {(form_id, when) for form_id, when, count in sizes if count > self._scope_ids}
        self._too_many |= large
        for scope in scopes - large:
            self._kept[scope] = {}
        filled = sorted({(form_id, when) for form_id, when, _ in sizes} - large)
        if not filled:
            return
        form, period = zip(*filled, strict=True)
        lake.register("id_scopes", pa.table({"form_id": form, "period": period}))
        rows = lake.execute(
            f"SELECT form_id, period, {self._id_column}, content_digest FROM {self._table} "
            "SEMI JOIN id_scopes USING (form_id, period)"
        ).fetchall()
        lake.unregister("id_scopes")
        for form_id, when, one, content in rows:
            self._kept[(form_id, when)][one] = content
        self._count += len(rows)

    def _look_up(self, lake: duckdb.DuckDBPyConnection, asked: Mapping[Scope, Collection[str]]) -> dict[Scope, Digests]:
        keys = [(*scope, one) for scope, ids in asked.items() for one in ids]
        if not keys:
            return {}
        form, period, one = zip(*keys, strict=True)
        lake.register("batch_keys", pa.table({"form_id": form, "period": period, self._id_column: one}))
        rows = lake.execute(
            f"SELECT r.form_id, r.period, r.{self._id_column}, r.content_digest FROM {self._table} AS r "
            f"SEMI JOIN batch_keys AS b USING (form_id, period, {self._id_column})"
        ).fetchall()
        lake.unregister("batch_keys")
        found: dict[Scope, Digests] = {}
        for form_id, when, read_id, content in rows:
            found.setdefault((form_id, when), {})[read_id] = content
        return found

    def _forget_most(self) -> None:
        """Keep within the bounds: a scope too large goes, then the ones remembered longest ago."""
        for scope in [scope for scope, kept in self._kept.items() if len(kept) > self._scope_ids]:
            self._count -= len(self._kept.pop(scope))
            self._too_many.add(scope)
        while self._count > self._ids_kept and self._kept:
            _, oldest = self._kept.popitem(last=False)
            self._count -= len(oldest)
