"""One hash over all marts: two lakes that say the same have the same hash.

Business columns only: Kafka addresses, times of receipt, snapshot numbers and accounts are left out, so that runs
with other batches, kills or partition orders can be compared.
"""

import datetime as dt

import duckdb

from plan.canonical import digest
from warehouse.lake import utc

_QUERIES = {
    "fct_observation": "SELECT * EXCLUDE (received_at, topic, kafka_partition, kafka_offset) FROM fct_observation",
    "fct_observation_latest": "SELECT * FROM fct_observation_latest",
    "fct_explanation": "SELECT * EXCLUDE (topic, kafka_partition, kafka_offset) FROM fct_explanation",
    "fct_response": "SELECT * FROM fct_response",
    "fct_audit_outcome": "SELECT * FROM fct_audit_outcome",
    "fct_indicator_value": "SELECT * FROM fct_indicator_value",
    "fct_measure": "SELECT * FROM fct_measure",
    "fct_measure_latest": "SELECT * FROM fct_measure_latest",
    "rpt_energy_intensity": "SELECT * FROM rpt_energy_intensity",
    "rpt_energy_driver": "SELECT * FROM rpt_energy_driver",
    "rpt_permit_use": "SELECT * FROM rpt_permit_use",
    "fct_assessment": "SELECT * FROM fct_assessment",
    "fct_alert_transition": "SELECT * FROM fct_alert_transition",
    "dead_letter": "SELECT topic, hex(payload) AS payload, phase, faults FROM dead_letter",
    "stg_repair": "SELECT origin_topic, kind, repaired_by, because, outcome, is_compared FROM stg_repair",
    "rpt_barometer": "SELECT * FROM rpt_barometer",
    "rpt_path": "SELECT * FROM rpt_path",
    "rpt_alert": "SELECT * FROM rpt_alert",
    "rpt_transition": "SELECT * FROM rpt_transition",
    "rpt_data_quality": "SELECT * FROM rpt_data_quality",
}


def state_hashes(lake: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, str]]:
    """Rows and hash of each mart."""
    found: dict[str, tuple[int, str]] = {}
    for name, query in _QUERIES.items():
        rows = sorted(repr([_plain(value) for value in row]) for row in lake.execute(query).fetchall())
        found[name] = (len(rows), digest(*rows))
    return found


def state_hash(lake: duckdb.DuckDBPyConnection) -> str:
    """One hash over all marts."""
    return digest(*(f"{name} {rows} {made}" for name, (rows, made) in sorted(state_hashes(lake).items())))


def _plain(value: object) -> object:
    """A moment is read in the zone of the session; the same moment must hash alike on every machine."""
    return utc(value) if isinstance(value, dt.datetime) else value
