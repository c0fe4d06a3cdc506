"""Run Quix Streams (benchmarks/quix/sink.py) in its own environment, made when it is missing or its lock changed."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from bench_feed import Feed
from bench_yard import ROOT, BenchFailed, Yard

from broker.places import cache_folder

_FOLDER = Path(__file__).parent / "quix"
_LOCK = _FOLDER / "requirements.lock"
_UV = ROOT / ".tools" / "bin" / "uv"
_WITHIN_S = 600


def quix_python() -> Path:
    """The Python of the environment; makes it when need be."""
    stamp = hashlib.sha256(_LOCK.read_bytes()).hexdigest()[:16]
    folder = cache_folder(os.environ) / f"quix-{stamp}"
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([_UV, "venv", "-q", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run([_UV, "pip", "sync", "-q", "--compile-bytecode", "--python", python, _LOCK], check=True)
        (folder / "made").touch()
    return python


def run_quix(python: Path, yard: Yard, feed: Feed, messages: int, most_at_once: int) -> float:
    """Seconds that Quix Streams takes for so many messages, from where it stopped before."""
    # What remains below a whole batch it would hold back for a time that has nothing to do with its speed.
    batch = next(size for size in range(min(most_at_once, messages), 0, -1) if messages % size == 0)
    command = [
        python, _FOLDER / "sink.py", "--bootstrap", yard.kafka.bootstrap, "--topic", yard.kafka.topic(feed.topic),
        "--store", yard.folder / "quix.duckdb", "--messages", str(messages), "--batch", str(batch),
    ]  # fmt: skip
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, timeout=_WITHIN_S, check=False
    )
    if done.returncode:
        raise BenchFailed(f"Quix Streams failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    if (found["messages"], found["cells"]) != (messages, messages * feed.cells):
        raise BenchFailed(f"Quix Streams took {found} of {messages} messages")
    return float(found["seconds"])
