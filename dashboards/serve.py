"""Start Superset in the foreground, ready to be supervised; makes its database ready first where needed.

    python dashboards/serve.py

The process becomes gunicorn (exec), so signals and the exit code are gunicorn's own. Loopback only: a proxy in
front gives https and the way in.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bootstrap import is_ready
from room_settings import read_settings

ROOM = Path(__file__).resolve().parent
THREADS = 8
REQUEST_SECONDS = 120


def main() -> int:
    """Bootstrap when something changed, then turn into gunicorn; returns only when the bootstrap failed."""
    settings = read_settings(os.environ)
    environment = {**os.environ, "PYTHONPATH": str(ROOM)}
    if not is_ready(settings):
        done = subprocess.run([sys.executable, ROOM / "bootstrap.py"], env=environment, check=False)
        if done.returncode != 0:
            return done.returncode
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{settings.port}"]
    command += ["--workers", "1", "--worker-class", "gthread", "--threads", str(THREADS)]
    command += ["--timeout", str(REQUEST_SECONDS), "superset.app:create_app()"]
    os.execve(sys.executable, command, environment)


if __name__ == "__main__":
    sys.exit(main())
