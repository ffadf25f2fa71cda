"""`make clean`: stops a running demo and removes its database, and that of the benchmarks.

Needs nothing but Python's own library.
"""

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from app.demo.lock import FOLDER, running
from app.demo.postgres import Cluster, PostgresError

PATIENCE = 30
"""Seconds that a demo gets to stop by itself."""


def stop(folder: Path) -> None:
    """Ends the demo of this folder, also one that no longer listens, and removes its PostgreSQL with the data.

    Raises:
        PostgresError: PostgreSQL does not stop.
    """
    for order in (signal.SIGTERM, signal.SIGKILL):
        holder = running(folder)
        if holder is None or not holder.pid:
            break
        with suppress(ProcessLookupError):
            os.kill(holder.pid, order)
        until = time.monotonic() + PATIENCE
        while running(folder) and time.monotonic() < until:
            time.sleep(0.05)
    if (folder / "postgres").is_dir():
        Cluster(folder / "postgres").remove()


if __name__ == "__main__":
    try:
        for each in (FOLDER, FOLDER / "benchmarks"):
            stop(each)
    except (PostgresError, PermissionError) as fault:
        sys.exit(f"De demo is niet te stoppen: {fault}")
