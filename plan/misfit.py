"""One thing that keeps a target from being rated, or a preset from rating."""

import msgspec

from plan.yaml_lines import KeyPath


class Misfit(msgspec.Struct, frozen=True):
    """What is wrong with a target (or preset) and the mend; ``path`` leads to it from the target (or preset)."""

    path: KeyPath
    says: str
