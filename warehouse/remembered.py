"""What the one writer that lands remembers of the lake between landings, so that it need not ask again.

Everything in it is in the lake, too; forgetting costs a look there, and never changes what lands. It is forgotten when
a landing fails, for what was noted of that batch is not in the lake, and where others land beside this writer.
"""

import msgspec

from warehouse.known_ids import KnownIds
from warehouse.sources import Sources

TouchedSlice = tuple[str, str, str]
"""Form, period and area."""


class Remembered(msgspec.Struct):
    """The ids that landed, of returns and of explanations; offsets and accounts; slices that wait to be derived.

    ``sources`` is None when not known; ``touched`` may lack some.
    """

    returns: KnownIds
    explanations: KnownIds
    sources: Sources | None = None
    touched: set[TouchedSlice] = msgspec.field(default_factory=set)

    @classmethod
    def nothing(cls, scope_ids: int | None = None) -> "Remembered":
        """Nothing remembered yet. ``scope_ids``: so many ids of a form and period at most are remembered."""
        bound = {} if scope_ids is None else {"scope_ids": scope_ids}
        return cls(KnownIds("raw_return", "return_id", **bound), KnownIds("raw_explanation", "explanation_id", **bound))

    def forget(self) -> None:
        """Forget everything."""
        self.returns.forget()
        self.explanations.forget()
        self.sources = None
        self.touched.clear()

    def derived(self) -> None:
        """A derivation settles slices that were touched; a return that comes later touches them anew."""
        self.touched.clear()
