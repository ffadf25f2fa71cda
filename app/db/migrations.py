"""Which migrations there are for this code, and what the database has had."""

from functools import cache
from pathlib import Path

_VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@cache
def needed() -> str:
    """The newest migration that comes with this code: its file begins with its number."""
    return max(path.name[:4] for path in _VERSIONS.glob("[0-9]*.py"))


def is_behind(applied: str) -> bool:
    """Whether the database lacks a migration that this code needs; `applied` is empty when it had none.

    A database that is further is fine while it runs: the next release migrates first, and then replaces the processes.
    """
    return applied < needed()
