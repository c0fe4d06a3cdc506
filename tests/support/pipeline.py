"""The real commands as real processes, on one installation's environment."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from warehouse.lake import open_reader
from warehouse.settings import WarehouseSettings
from warehouse.state_hash import state_hash, state_hashes

REPOSITORY = Path(__file__).parents[2]


class Pipeline:
    """The commands of one installation, run as a person would run them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = dict(environ)

    def run(self, *words: str, expect: int = 0) -> str:
        """Run ``qingyu`` with these words to its end; returns what it printed."""
        done = subprocess.run(
            [sys.executable, "qingyu.py", *words],
            cwd=REPOSITORY, env=self.environ, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == expect, f"qingyu {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start ``qingyu`` with these words and leave it running."""
        log = Path(self.environ["QINGYU_VAR"]) / f"{words[0]}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "qingyu.py", *words], cwd=REPOSITORY, env=self.environ, stdout=out, stderr=out
            )

    def settle(self) -> None:
        """Land, derive, rate and land the ratings, one after the other."""
        self.run("writer", "run", "--until-idle")
        self.run("alerts", "run", "--once")
        self.run("writer", "run", "--until-idle")

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Read the lake as an analyst's own DuckDB would."""
        lake = open_reader(WarehouseSettings.from_environ(self.environ))
        try:
            return lake.execute(query).fetchall()
        finally:
            lake.close()

    def state_hash(self) -> str:
        """Hash over all marts."""
        lake = open_reader(WarehouseSettings.from_environ(self.environ))
        try:
            return state_hash(lake)
        finally:
            lake.close()

    def state_hashes(self) -> dict[str, tuple[int, str]]:
        """Rows and hash of each mart."""
        lake = open_reader(WarehouseSettings.from_environ(self.environ))
        try:
            return state_hashes(lake)
        finally:
            lake.close()


def clean_environ(environ: Mapping[str, str], **ours: str) -> dict[str, str]:
    """An environment without settings of this machine, plain to read, with ours on top."""
    kept = {key: value for key, value in environ.items() if not key.startswith("QINGYU_")}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "250", **ours}


def pipeline_factory(
    folder: Path, kafka_settings: Callable[..., object], environ: Mapping[str, str]
) -> Callable[..., Pipeline]:
    """A factory of pipelines: each with its own folder and, unless one is given, its own topic prefix."""

    def make(name: str = "a", prefix: str = "", **more: str) -> Pipeline:
        settings = kafka_settings()
        return Pipeline(
            clean_environ(
                environ,
                QINGYU_VAR=str(folder / name),
                QINGYU_KAFKA_BOOTSTRAP=settings.bootstrap,
                QINGYU_TOPIC_PREFIX=prefix or settings.topic_prefix,
                **more,
            )
        )

    return make
