"""Questions about the past: what was known on a day, how it was rated, what was revised since, and by whom."""
