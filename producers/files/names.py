"""Whatever people call a thing in a table: its id, its Chinese name or its English one. Pure."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from plan.book import PlanBook
from plan.faults import FaultCode
from plan.model import Item, Names
from producers.files.numbers import NotRead, half_width

_LISTED_MAX = 12


class _Thing(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def names(self) -> Names: ...


class NameList:
    """Things of one kind by every name they have; a name that two of them share stands for neither."""

    def __init__(self, kind: Names, things: Iterable[_Thing]) -> None:
        self._kind = kind
        self._things = {each.id: each for each in things}
        self._ids: dict[str, str] = {}
        shared: dict[str, list[str]] = {}
        for each in self._things.values():
            for name in {_plain(each.names.zh), _plain(each.names.en)}:
                shared.setdefault(name, []).append(each.id)
        self._shared = {name: ids for name, ids in shared.items() if len(ids) > 1}
        self._ids = {name: ids[0] for name, ids in shared.items() if len(ids) == 1}
        # An id means its own thing, whatever another one is called.
        self._ids |= {_plain(each): each for each in self._things}

    def find(self, text: str) -> str | NotRead:
        """The id of the thing that a text names, or why there is none."""
        name = _plain(text)
        if name in self._ids:
            return self._ids[name]
        zh, en = self._kind.zh, self._kind.en
        if name in self._shared:
            ids = "、".join(self._shared[name])
            says = (f"有几个{zh}叫 {text!r};请写代码:{ids}", f"several are called {text!r}; write the id: {ids}")
            return NotRead(FaultCode.AMBIGUOUS, *says)
        if not name:
            return NotRead(FaultCode.MALFORMED, f"{zh}为空;请填写", f"the {en} is empty; write it")
        known = list(self._things.values())[:_LISTED_MAX]
        more = " …" if len(self._things) > _LISTED_MAX else ""
        listed_zh = "、".join(f"{each.names.zh}({each.id})" for each in known) + more
        listed_en = ", ".join(each.id for each in known) + more
        says_zh = f"没有{zh} {text[:80]!r};可填:{listed_zh}"
        says_en = f"no {en} {text[:80]!r}; known: {listed_en}"
        return NotRead(_UNKNOWN[en], says_zh, says_en)


_FORM = Names(zh="报表", en="form")
_UNIT = Names(zh="填报单位", en="reporting unit")
_ITEM = Names(zh="指标", en="item")
_MEASURE = Names(zh="计量单位", en="unit of measure")
_UNKNOWN = {
    "form": FaultCode.UNKNOWN_FORM,
    "reporting unit": FaultCode.UNKNOWN_UNIT,
    "item": FaultCode.UNKNOWN_ITEM,
    "unit of measure": FaultCode.WRONG_UNIT,
}


class BookNames:
    """The names of everything a file may name, for the plans in force; lists are made when they are first asked."""

    def __init__(self, book: PlanBook) -> None:
        self._book = book
        views = {form: book.view_of_form(form) for form in book.form_ids}
        self._views = {form: view for form, view in views.items() if view is not None}
        self.forms = NameList(_FORM, [view.forms[form] for form, view in self._views.items()])
        self._items: dict[str, NameList] = {}
        self._units: dict[str, NameList] = {}
        self._measures: dict[str, NameList] = {}

    def items(self, form: str) -> NameList:
        """The items of a form."""
        if form not in self._items:
            self._items[form] = NameList(_ITEM, self._views[form].forms[form].items)
        return self._items[form]

    def units(self, form: str) -> NameList:
        """The reporting units of the plan that a form belongs to."""
        plan = self._views[form].plan
        if plan.id not in self._units:
            self._units[plan.id] = NameList(_UNIT, plan.units)
        return self._units[plan.id]

    def measures(self, form: str) -> NameList:
        """The units of measure of the plan that a form belongs to."""
        plan = self._views[form].plan
        if plan.id not in self._measures:
            self._measures[plan.id] = NameList(_MEASURE, plan.measures)
        return self._measures[plan.id]


def code_labels(item: Item) -> Mapping[str, str]:
    """What a person picks for each code of an item, by the code's id: its Chinese name, with the id where needed."""
    names = [code.names.zh for code in item.codes]
    return {
        code.id: code.names.zh if names.count(code.names.zh) == 1 else f"{code.names.zh}({code.id})"
        for code in item.codes
    }


def _plain(text: str) -> str:
    return half_width(text).casefold()
