"""Measures: the service beside PostgreSQL with the same statements, beside its floor and beside a bare answer.

    make bench                       all cells, and the table in docs/performance.md
    make bench QUICK=1               short cells, no million cases
    make bench ONLY=dossier          one operation

Cells of one operation take turns, so that whatever else the machine does is spread over all; ratios are the result.
"""

import asyncio
import json
import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from app.demo.postgres import API, OWNER, SUPERUSER, Cluster
from benchmarks import gate, pgbench
from benchmarks.generate import FOLDER, ROOT, cluster, copied, populated
from benchmarks.load import Measured
from benchmarks.operations import OPERATIONS, Operation, Tokens, request, samples, shuffled
from benchmarks.profile import recorded
from benchmarks.script import Script, script_of
from benchmarks.tables import written

RESULTS = FOLDER / "results.json"
MAIN = ("dossier", "list", "next-steps", "deadlines", "create", "transition")
ASIDE = ("dossier-5000", "list-5000")
IDLE = 0.8
# Enough requests that no cell of a write runs out of them.
MOST = 30_000


@dataclass
class Effort:
    """How long and how often."""

    seconds: float = 3
    warm: float = 1
    rounds: int = 3
    cases: int = 100_000
    small: int = 10_000
    large: int = 1_000_000
    # Seconds to wait for an idle machine before a cell; after that it starts all the same, and is counted.
    patience: float = 4


QUICK = Effort(seconds=2, warm=0.7, rounds=2, large=100_000, patience=1.5)


@dataclass
class Bench:
    """One database of cases with a service on it, and what was seen of its operations."""

    server: Cluster
    database: str
    tokens: Tokens
    effort: Effort
    scripts: dict[str, tuple[Script, list[int]]] = field(default_factory=dict)
    busy: int = 0

    @property
    def owner(self) -> str:
        """The address as the owner of the tables."""
        return self.server.dsn(OWNER, self.database)

    @property
    def api(self) -> str:
        """The address as the service connects."""
        return self.server.dsn(API, self.database)

    def script(self, operation: Operation) -> tuple[Script, list[int]]:
        """What the service sends for the operation, and its round trips."""
        if operation.name not in self.scripts:
            asked = samples(self.owner, operation, limit=40)
            seen, trips = asyncio.run(recorded(self.api, operation, asked, self.tokens))
            self.scripts[operation.name] = (script_of(seen), trips)
            self.again(operation)
        return self.scripts[operation.name]

    def again(self, operation: Operation) -> None:
        """Every case that a cell took further stands at its first step again; a write starts after a checkpoint."""
        if not operation.writes:
            return
        with psycopg.connect(self.server.dsn(SUPERUSER, self.database), autocommit=True) as connection:
            if operation.name == "transition":
                connection.execute(
                    "update cases c set step = 'signaal' from bench.walks w"
                    " where w.case_id = c.id and w.phase < 3 and c.step <> 'signaal'"
                )
                connection.execute("vacuum (analyze) cases")
            connection.execute("checkpoint")

    def settled(self) -> None:
        """Wait until nobody works: no statement runs, and the processors are mostly idle."""
        until = time.monotonic() + self.effort.patience
        with psycopg.connect(self.server.dsn(SUPERUSER, self.database), autocommit=True) as connection:
            while time.monotonic() < until:
                row = connection.execute(
                    "select count(*) from pg_stat_activity where pid <> pg_backend_pid() and state <> 'idle'"
                    " and backend_type in ('client backend', 'autovacuum worker', 'parallel worker')"
                ).fetchone()
                if row == (0,) and _idle() > IDLE:
                    return
        self.busy += 1


def _idle() -> float:
    """The share of the processors' time that nobody wanted, over a moment; where that can't be seen: all of it."""
    stat = Path("/proc/stat")
    if not stat.exists():
        time.sleep(0.3)
        return 1
    before = [int(each) for each in stat.read_text().split("\n", 1)[0].split()[1:]]
    time.sleep(0.3)
    after = [int(each) for each in stat.read_text().split("\n", 1)[0].split()[1:]]
    passed = [b - a for a, b in zip(before, after, strict=True)]
    return (passed[3] + passed[4]) / max(1, sum(passed))


@contextmanager
def serving(port: int, processes: int, which: str, address: str = "") -> Iterator[int]:
    """The service (or the bare application) on a port of its own, until the block ends."""
    arguments = [f"--port={port}", f"--processes={processes}", f"--which={which}"]
    log = FOLDER / f"{which}-{port}.log"
    with log.open("w") as out:
        server = subprocess.Popen(  # noqa: S603 — our own command
            [sys.executable, "-m", "benchmarks.serve", *arguments],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address},
            stdout=out,
            stderr=out,
        )
    try:
        _answers(port, server, log)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _answers(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until somebody listens."""
    import socket  # noqa: PLC0415

    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"port {port} does not answer:\n{log.read_text()[-3000:]}")


def load(port: int, requests: Sequence[bytes], effort: Effort, *, processes: int, again: bool) -> Measured:
    """One cell, by a process of its own."""
    path = FOLDER / "requests.bin"
    path.write_bytes(pickle.dumps(list(requests)))
    command = [sys.executable, "-m", "benchmarks.load", f"--port={port}", f"--requests={path}"]
    command += [f"--seconds={effort.seconds}", f"--warm={effort.warm}", f"--processes={processes}"]
    command += ["--again"] if again else []
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 — same
    if outcome.returncode:
        raise RuntimeError(outcome.stderr[-3000:])
    measured = Measured(**json.loads(outcome.stdout))
    if measured.failed:
        raise RuntimeError(f"{measured.failed} requests failed, the first with:\n{measured.first_failure}")
    return measured


def asking(bench: Bench, operation: Operation, *, seed: int) -> list[bytes]:
    """The requests of one cell, in an order of its own; a read goes round, a write asks each thing once."""
    known = samples(bench.owner, operation, limit=2000 if not operation.writes else MOST)
    listed = shuffled(known, seed=seed)
    if operation.name == "create":  # a child may have more than one case
        listed = [listed[at % len(listed)] for at in range(min(MOST, 12_000))]
    return [request(operation, sample, bench.tokens.of(sample)) for sample in listed]


FLOOR = Operation("floor", "GET", lambda _: "/bench/floor", OPERATIONS["dossier"].samples)


def compared(bench: Bench, operation: Operation, processes: int) -> dict[str, Any]:
    """The service and what it is held against, in turns."""
    effort = bench.effort
    script, trips = bench.script(operation)
    asked = samples(bench.owner, operation, limit=2000 if not operation.writes else MOST)
    prepared = pgbench.prepared(bench.owner, operation.name, script, asked)
    floor = asking(bench, FLOOR, seed=0)
    cells: dict[str, list[Measured]] = {"service": [], "floor": [], "bare": []}
    rates: list[float] = []
    with serving(18100, processes, "application", bench.api), serving(18101, processes, "bare"):
        bench.settled()
        lookup = pgbench.rate(
            bench.server, bench.database, prepared, seconds=max(1, int(effort.seconds / 2)), lookup_alone=True
        )
        for number in range(effort.rounds):
            bench.again(operation)
            bench.settled()
            raw = pgbench.rate(bench.server, bench.database, prepared, seconds=int(effort.seconds))
            rates.append(1 / (1 / raw - 1 / lookup))
            bench.again(operation)
            bench.settled()
            requests = asking(bench, operation, seed=number)
            cells["service"].append(load(18100, requests, effort, processes=processes, again=not operation.writes))
            bench.settled()
            cells["floor"].append(load(18100, floor, effort, processes=processes, again=True))
            bench.settled()
            bare = f"GET /bare/{cells['service'][0].size} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            cells["bare"].append(load(18101, [bare], effort, processes=processes, again=True))
    return {
        "operation": operation.name,
        "processes": processes,
        "cases": bench.database,
        "round_trips": statistics.median_low(trips),
        "statements": len(script.steps),
        "usual": script.usual,
        "size": cells["service"][0].size,
        "own": max(each.own for each in cells["service"]),
        "lookup": lookup,
        "pgbench": rates,
        **{name: [[each.rate, each.p50, each.p95, each.p99] for each in those] for name, those in cells.items()},
    }


def grown(small: Bench, large: Bench, operation: Operation) -> dict[str, Any]:
    """The same operation with few cases and with many, in turns."""
    found: dict[str, list[list[float]]] = {"small": [], "large": []}
    with serving(18100, 1, "application", small.api), serving(18102, 1, "application", large.api):
        for number in range(small.effort.rounds):
            for name, bench, port in (("small", small, 18100), ("large", large, 18102)):
                bench.again(operation)
                bench.settled()
                requests = asking(bench, operation, seed=number)
                each = load(port, requests, bench.effort, processes=1, again=not operation.writes)
                found[name].append([each.rate, each.p50, each.p95, each.p99])
    return {"operation": operation.name, **found}


def main(
    only: Annotated[list[str] | None, typer.Option(help="These operations alone.")] = None,
    quick: Annotated[bool, typer.Option(help="Short cells, and no million cases.")] = False,  # noqa: FBT002 — a flag
    keep: Annotated[bool, typer.Option(help="Write the table into docs/performance.md.")] = True,  # noqa: FBT002 — same
) -> None:
    """Run the cells and write the table."""
    effort = QUICK if quick else Effort()
    names = only or [*MAIN, *ASIDE]
    began = time.monotonic()
    results: dict[str, Any] = {"quick": quick, "only": only or [], "compared": [], "grown": []}
    with cluster() as server, ExitStack():
        tokens = Tokens(FOLDER)
        benches = {}
        for name, cases in (("main", effort.cases), ("small", effort.small), ("large", effort.large)):
            _say(f"{cases} cases")
            copied(server, populated(server, cases), name)
            benches[name] = Bench(server, name, tokens, effort)
        with psycopg.connect(server.dsn(SUPERUSER)) as connection:
            results["postgres"] = str((connection.execute("show server_version").fetchone() or ("?",))[0])
        for name in names:
            for processes in (1, 2) if name in MAIN else (1,):
                results["compared"].append(compared(benches["main"], OPERATIONS[name], processes))
                _say(f"{name}, {processes} process(es)")
        if "dossier" in names:
            asked = samples(benches["main"].owner, OPERATIONS["dossier"], limit=100)
            results["gate"] = gate.measured(server, "main", asked, 12)
            _say("the gate")
        for name in names:
            if name in MAIN:
                results["grown"].append(grown(benches["small"], benches["large"], OPERATIONS[name]))
                _say(f"{name}, {effort.small} and {effort.large} cases")
        results |= {"busy": sum(bench.busy for bench in benches.values()), "effort": vars(effort)}
    results["seconds"] = time.monotonic() - began
    RESULTS.write_text(json.dumps(results, indent=1))
    sys.stdout.write(written(results, keep=keep))


def _say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


if __name__ == "__main__":
    cli = typer.Typer(pretty_exceptions_enable=False)
    cli.command()(main)
    cli()
