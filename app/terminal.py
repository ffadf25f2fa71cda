"""What every command shares at the terminal: answers, complaints, a bar of how far it is, and how it stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import psycopg
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

NOTHING_DONE = 1
NOT_ALL_WELL = 3

out = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
complaints = Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)

Told = Callable[[int], None]


def stop(text: str, code: int = NOTHING_DONE) -> NoReturn:
    """Say why it goes no further, and end with this code."""
    complaints.print(text)
    raise typer.Exit(code)


def unanswered(error: psycopg.Error) -> NoReturn:
    """Stop for a database that does not answer: never with its own text, which may repeat the address."""
    stop(
        f"De database antwoordt niet of weigert (code {error.sqlstate or 'geen'}). Wat af was is bewaard; met"
        " hetzelfde bevel gaat het verder."
    )


@contextmanager
def progress(what: str, total: int | None, *, stays: bool = True) -> Iterator[Told]:
    """A bar, and what tells it how many more are done; without `stays` it is gone at the end."""
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=complaints,
        transient=not stays,
    )
    with bar:
        task = bar.add_task(what, total=total or None)
        yield lambda n: bar.advance(task, n)
