"""The same statements without us: pgbench sends what the service was seen to send, one statement after another.

Ids come from a table of the same samples that the service is asked about, in one statement before the transaction;
what that statement costs is measured by itself and taken off.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from app.db.session import _OPTIONS
from app.demo.postgres import API, Cluster
from benchmarks.operations import Sample
from benchmarks.script import Script, Value, known_of

CLIENTS = 8


@dataclass(frozen=True)
class Prepared:
    """A script for pgbench, the constants it is given, and the lookup alone."""

    text: str
    lookup: str
    constants: tuple[tuple[str, str], ...]


def prepared(owner_dsn: str, name: str, script: Script, asked: Sequence[Sample]) -> Prepared:
    """The script, with the table of its samples in the schema `bench`."""
    table = f"ids_{name.replace('-', '_')}"
    known = [known_of(sample) for sample in asked]
    columns = sorted(known[0])
    with psycopg.connect(owner_dsn) as connection:
        made = sql.Identifier("bench", table)
        connection.execute(sql.SQL("drop table if exists {}").format(made))
        listed = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(each)) for each in columns)
        connection.execute(sql.SQL("create table {} (k int primary key, {})").format(made, listed))
        with connection.cursor().copy(sql.SQL("copy {} from stdin").format(made)) as copy:
            for at, names in enumerate(known, 1):
                copy.write_row((at, *(names[each] for each in columns)))
        connection.execute(sql.SQL("analyze {}").format(made))
        connection.execute(sql.SQL("grant select on {} to {}").format(made, sql.Identifier(API)))
    return script_text(table, len(known), script)


def script_text(table: str, count: int, script: Script) -> Prepared:
    """The script over a table of samples in the schema `bench`. Raises ValueError for a text that pgbench misreads."""
    constants: dict[str, str] = {}
    looked_up: dict[str, str] = {}
    lines = []
    for at, step in enumerate(script.steps):
        names = [_name(value, at, number, constants, looked_up) for number, value in enumerate(step.values)]
        text = re.sub(r"\$(\d+)", lambda found, names=names: names[int(found[1]) - 1], step.text)  # type: ignore[misc]
        if set(re.findall(r"(?<!:):(\w+)", text)) - {each[1:] for each in names}:
            raise ValueError(f"pgbench would take a colon in this for a variable: {text}")
        answers = any(what.startswith(f"{at}:") for what in script.answered)
        lines.append(text + (f" \\gset a{at}_" if answers else ";"))
    fresh = ", ".join(f"uuidv7()::text as f{number}" for number in range(script.fresh)) or "null as f"
    chosen = ", ".join(f"{expression} as {name}" for name, expression in looked_up.items()) or "k as k0"
    lookup = (
        f"\\set k random(1, {count})\n"
        f"select {chosen} from bench.{table} s, lateral (select {fresh} offset 0) f where k = :k \\gset\n"
    )
    return Prepared(lookup + "\n".join(lines) + "\n", lookup, tuple(constants.items()))


def _name(value: Value, at: int, number: int, constants: dict[str, str], looked_up: dict[str, str]) -> str:
    """What stands for a parameter in pgbench's script."""
    if value is None:
        return "null"  # pgbench has no variable that is NULL
    if len(value) == 1 and value[0][0] == "text":
        constants[f"c{at}_{number}"] = value[0][1]
        return f":c{at}_{number}"
    if len(value) == 1 and value[0][0] == "answer":
        statement, _, column = value[0][1].partition(":")
        return f":a{statement}_{column}"
    pieces = []
    for kind, what in value:
        if kind == "answer":
            raise ValueError("an answer within a longer parameter")
        quoted = what.replace("'", "''")
        pieces.append({"text": f"'{quoted}'", "sample": f's."{what}"', "fresh": f"f{what}"}[kind])
    expression = " || ".join(pieces)
    for name, known in looked_up.items():
        if known == expression:
            return f":{name}"
    looked_up[f"v{at}_{number}"] = expression
    return f":v{at}_{number}"


def rate(server: Cluster, database: str, prepared: Prepared, *, seconds: int, lookup_alone: bool = False) -> float:
    """Transactions a second as the API's role, with the settings of its connections."""
    arguments = [
        "--no-vacuum",
        "--protocol=prepared",
        f"--client={CLIENTS}",
        "--jobs=2",
        f"--time={seconds}",
        "--file=-",
    ]
    if not lookup_alone:
        arguments += [f"--define={name}={value}" for name, value in prepared.constants]
    outcome = server._run(  # noqa: SLF001 — the launcher knows where the programs are, and as whom they run
        "pgbench",
        *arguments,
        server.dsn(API, database),
        given=prepared.lookup if lookup_alone else prepared.text,
        PGOPTIONS=_OPTIONS,
    )
    found = re.search(r"tps = ([0-9.]+)", outcome.stdout)
    if outcome.returncode or found is None or "number of failed transactions: 0 " not in outcome.stdout:
        raise RuntimeError(f"pgbench: {outcome.stdout}{outcome.stderr}"[-3000:])
    return float(found[1])
