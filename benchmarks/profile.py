"""Where the time of a request goes: statements with their plans, functions of the database, and Python.

python -m benchmarks.profile dossier --cases 100000 > dossier.txt
"""

import asyncio
import cProfile
import io
import pstats
import re
import sys
import time
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import psycopg
import typer
from fastapi import FastAPI
from psycopg import sql
from psycopg.rows import dict_row

from app.db.session import _OPTIONS
from app.demo.postgres import API, OWNER, SUPERUSER, Cluster
from app.domain.ids import new_id
from benchmarks.generate import FOLDER, cluster, copied, populated
from benchmarks.operations import OPERATIONS, Operation, Sample, Tokens, samples, shuffled
from benchmarks.script import Script, known_of, script_of
from benchmarks.serve import service
from benchmarks.wire import Proxy, Recording, Sent

Answer = dict[str, Any] | None

WARM = 60
TIMED = 300


@asynccontextmanager
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The application, started, and somebody to ask it."""
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/v1") as asking:
            yield asking


async def ask(asking: httpx.AsyncClient, operation: Operation, sample: Sample, token: str) -> httpx.Response:
    """One request; raises when it is not answered as it should be."""
    headers = {"Authorization": f"Bearer {token}"}
    if operation.writes:
        headers["Idempotency-Key"] = str(new_id())
    body = operation.body(sample) if operation.writes else None
    answer = await asking.request(operation.method, operation.path(sample), json=body, headers=headers)
    if answer.status_code != operation.status:
        raise RuntimeError(f"{operation.name}: {answer.status_code} {answer.text}")
    return answer


async def recorded(
    api_dsn: str, operation: Operation, asked: Sequence[Sample], tokens: Tokens
) -> tuple[list[tuple[Sample, list[Sent]]], list[int]]:
    """What a service that runs for a while sends for each sample, and in how many round trips."""
    address = urlsplit(api_dsn)
    async with Proxy(address.hostname or "", address.port or 0) as proxy:
        through = api_dsn.replace(f":{address.port}/", f":{proxy.port}/") + "?sslmode=disable&gssencmode=disable"
        async with client(service(through)) as asking:
            found, trips = [], []
            for at, sample in enumerate(asked):
                # The pool looks after its connections now and then; between requests nothing else is said.
                await asyncio.sleep(0)
                proxy.recording.clear()
                await ask(asking, operation, sample, tokens.of(sample))
                if at >= len(asked) // 2:  # by then every statement is prepared
                    said = Recording(list(proxy.recording.statements), proxy.recording.round_trips)
                    found.append((sample, said.statements))
                    trips.append(said.round_trips)
    return found, trips


def filled(script: Script, sample: Sample) -> Generator[tuple[str, list[str | None]], Answer, None]:
    """The statements for one sample with fresh ids; `send` it the first row of each before the next."""
    named = {
        "sample": known_of(sample),
        "fresh": {str(number): str(new_id()) for number in range(script.fresh)},
        "answer": {},
    }
    for at, step in enumerate(script.steps):
        values = [
            None if value is None else "".join(what if kind == "text" else named[kind][what] for kind, what in value)
            for value in step.values
        ]
        row = yield step.text, values
        for name, answer in (row or {}).items():
            named["answer"][f"{at}:{name}"] = str(answer)


@contextmanager
def direct(api_dsn: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """As the API's own role, with the settings of its connections."""
    with psycopg.connect(api_dsn, autocommit=True, options=_OPTIONS, row_factory=dict_row) as connection:
        connection.cursor_factory = psycopg.RawCursor  # parameters stand as $1 in what was recorded
        yield connection


def timed(api_dsn: str, script: Script, asked: Sequence[Sample]) -> list[float]:
    """Milliseconds of each statement, sent one by one and prepared, on the average of the samples.

    Committed, in a copy that nobody needs afterwards: on a rollback the driver forgets every prepared statement.
    """
    totals = [0.0] * len(script.steps)
    with direct(api_dsn) as connection:
        for at, sample in enumerate(asked):
            steps = filled(script, sample)
            row: Answer = None
            for number in range(len(script.steps)):
                text, values = steps.send(row) if number else next(steps)
                began = time.perf_counter()
                cursor = connection.execute(text.encode(), values, prepare=True)
                row = cursor.fetchone() if cursor.description else None
                if at >= WARM:
                    totals[number] += time.perf_counter() - began
    return [1000 * total / (len(asked) - WARM) for total in totals]


def plans(api_dsn: str, script: Script, sample: Sample) -> list[str]:
    """Each statement's plan as it is run, planning included."""
    found = []
    with direct(api_dsn) as connection:
        steps = filled(script, sample)
        row: Answer = None
        for number in range(len(script.steps)):
            text, values = steps.send(row) if number else next(steps)
            if re.match(r"\s*(begin|commit|set|select set_config)", text, re.IGNORECASE):
                connection.execute(text.encode(), values)
                found.append("")
                row = None
                continue
            connection.execute("savepoint before")
            explained = connection.execute(f"explain (analyze, buffers) {text}".encode(), values).fetchall()
            found.append("\n".join(line["QUERY PLAN"] for line in explained))
            connection.execute("rollback to before")
            cursor = connection.execute(text.encode(), values)
            row = cursor.fetchone() if cursor.description else None
    return found


def functions(server: Cluster, database: str, api_dsn: str, script: Script, asked: Sequence[Sample]) -> str:
    """Calls and milliseconds a request of each function of the database."""
    with psycopg.connect(server.dsn(SUPERUSER, database), autocommit=True) as owner:
        owner.execute(sql.SQL("alter database {} set track_functions = 'all'").format(sql.Identifier(database)))
        owner.execute("select pg_stat_reset()")
        timed(api_dsn, script, asked)
        time.sleep(1.5)  # the counters come in a moment later
        owner.execute(sql.SQL("alter database {} reset track_functions").format(sql.Identifier(database)))
        rows = owner.execute(
            "select funcname, calls, total_time, self_time from pg_stat_user_functions order by self_time desc"
        ).fetchall()
    lines = [f"{'function':28} {'calls':>8} {'total ms':>9} {'self ms':>9}   a request"]
    lines += [
        f"{name:28} {n / len(asked):8.1f} {total / len(asked):9.3f} {own / len(asked):9.3f}"
        for name, n, total, own in rows
    ]
    return "\n".join(lines)


async def python(api_dsn: str, operation: Operation, asked: Sequence[Sample], tokens: Tokens) -> str:
    """Where Python's share goes, in process, without a server in front."""
    lines = io.StringIO()
    async with client(service(api_dsn)) as asking:
        for sample in asked[:WARM]:
            await ask(asking, operation, sample, tokens.of(sample))
        began, used = time.perf_counter(), time.process_time()
        for sample in asked[WARM : WARM + TIMED]:
            await ask(asking, operation, sample, tokens.of(sample))
        count = len(asked[WARM : WARM + TIMED])
        wall, cpu = (time.perf_counter() - began) / count, (time.process_time() - used) / count
        lines.write(f"one at a time, in process: {wall * 1000:.2f} ms a request, of which Python {cpu * 1000:.2f} ms\n")
        watch = cProfile.Profile()
        watch.enable()
        for sample in asked[WARM + TIMED :]:
            await ask(asking, operation, sample, tokens.of(sample))
        watch.disable()
    for order, most in (("tottime", 30), ("cumulative", 70)):
        stats = pstats.Stats(watch, stream=lines)
        stats.strip_dirs().sort_stats(order).print_stats(most)
    return lines.getvalue()


def report(server: Cluster, database: str, operation: Operation) -> str:
    """The whole profile of one operation."""
    owner_dsn, api_dsn = server.dsn(OWNER, database), server.dsn(API, database)
    tokens = Tokens(FOLDER)
    asked = samples(owner_dsn, operation, limit=2000)
    recordings, trips = asyncio.run(recorded(api_dsn, operation, asked[:40], tokens))
    script = script_of(recordings)
    rest = shuffled(asked[40:], seed=1)
    each = timed(api_dsn, script, rest[: WARM + TIMED])
    out = [
        f"# {operation.name} on {database}",
        f"round trips a request: {sorted(set(trips))}; statements: {len(script.steps)}",
        f"{script.usual:.0%} of the recordings send exactly these",
        f"all statements one by one, prepared: {sum(each):.2f} ms a request",
        "",
        *(
            f"{at:3} {ms:7.3f} ms  {step.text[:150]}"
            for at, (ms, step) in enumerate(zip(each, script.steps, strict=True))
        ),
        "",
        functions(server, database, api_dsn, script, rest[: WARM + TIMED]),
        "",
        asyncio.run(python(api_dsn, operation, rest[400:1000], tokens)),
    ]
    for at, (step, plan) in enumerate(zip(script.steps, plans(api_dsn, script, rest[1200]), strict=True)):
        out += ["", f"## {at}: {each[at]:.3f} ms", step.text, str(step.values), "", plan]
    return "\n".join(out)


def main(
    operations: Annotated[list[str] | None, typer.Argument()] = None, cases: Annotated[int, typer.Option()] = 100_000
) -> None:
    """Profiles of the operations that are named, or of all."""
    with cluster() as server:
        template = populated(server, cases)
        for name in operations or OPERATIONS:
            copied(server, template, "profiled")
            sys.stdout.write(report(server, "profiled", OPERATIONS[name]) + "\n")


if __name__ == "__main__":
    cli = typer.Typer(pretty_exceptions_enable=False)
    cli.command()(main)
    cli()
