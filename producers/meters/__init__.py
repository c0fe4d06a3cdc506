"""Meters' own files as returns: one return a day, one row a quarter of an hour or an hour; quirks in the runbook."""
