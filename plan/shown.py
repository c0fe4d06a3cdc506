"""How a refusal shows what was sent and what would have been right: short, and with nothing in it that could act."""

from collections.abc import Sequence

SHOWN_MAX = 40
"""Characters of a refused text that are shown again."""
LISTED_MAX = 20
"""So many names are listed whole; of more the first and the last with their number."""


def shown(text: str) -> str:
    """A refused text in quotes: its beginning, with characters that nobody sees written as codes."""
    more = "…" if len(text) > SHOWN_MAX else ""
    return f"{text[:SHOWN_MAX]!r}{more}"


def harmless(text: str) -> str:
    """A text with every character that nobody sees, or that would act on a terminal, written as a code."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def listed(names: Sequence[str], separator: str = "、") -> str:
    """Names in a sentence: all where they are few, else the first, the last and how many there are."""
    if len(names) <= LISTED_MAX:
        return separator.join(names)
    return f"{separator.join(names[:LISTED_MAX])} … {names[-1]} ({len(names)})"
