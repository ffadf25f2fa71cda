"""One demo a folder: a lock that the operating system lets go of by itself, also after a kill -9.

Only Python's own library: `make clean` uses it when the environment is gone already.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".local"
"""The project's own folder for what a demo keeps between runs."""


class RunningError(Exception):
    """Somebody holds the lock: process `pid`, serving on `port`."""

    def __init__(self, pid: int, port: int) -> None:
        super().__init__(pid, port)
        self.pid, self.port = pid, port


@contextmanager
def only_one(folder: Path, port: int) -> Iterator[None]:
    """Holds the folder's lock, and says in it who does.

    Raises:
        RunningError: somebody else holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _holder(folder) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "port": port}))
        file.flush()
        yield


def running(folder: Path) -> RunningError | None:
    """Who holds the folder's lock now, or None."""
    try:
        with (folder / "demo.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(folder)
    except FileNotFoundError:
        return None
    return None


def _holder(folder: Path) -> RunningError:
    try:
        said = json.loads((folder / "demo.lock").read_text())
    except ValueError:  # it holds the lock, and is just about to say so
        said = {"pid": 0, "port": 0}
    return RunningError(said["pid"], said["port"])
