"""The audit: are the statistics complete (应统尽统) and accurate (科学准确)? Suites, runner, verdicts."""
