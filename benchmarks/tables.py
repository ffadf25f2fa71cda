"""The figures as a table: ratios first, beside what was to be reached."""

import os
import platform
import statistics
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.generate import ROOT, SETTINGS

PAGE = ROOT / "docs" / "performance.md"
START, END = "<!-- figures: written by make bench -->", "<!-- end of figures -->"

# Of what the service must reach which share: issue and architecture name these.
TARGETS = {
    "dossier": ("pgbench", 0.35),
    "list": ("floor", 0.5),
    "next-steps": ("floor", 0.5),
    "deadlines": ("floor", 0.5),
    "create": ("pgbench", 0.20),
    "transition": ("pgbench", 0.20),
}
GROWTH = 1.3


def written(results: dict[str, Any], *, keep: bool) -> str:
    """The table; with `keep` also in docs/performance.md, between its markers."""
    gate = [results["gate"], ""] if "gate" in results else []
    text = "\n".join([*_machine(results), "", *_compared(results), "", *gate, *_grown(results)]) + "\n"
    if keep:
        page = PAGE.read_text()
        before, rest = page.split(START)
        _, after = rest.split(END)
        PAGE.write_text(f"{before}{START}\n\n{text}\n{END}{after}")
    return text


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _head(*names: str) -> list[str]:
    return [_row(*names), "|" + "---|" * len(names)]


def _machine(results: dict[str, Any]) -> list[str]:
    effort = results["effort"]
    options = ["QUICK=1"] if results["quick"] else []
    options += [f"ONLY={','.join(results['only'])}"] if results["only"] else []
    settings = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
    libraries = ", ".join(f"{name} {version(name)}" for name in ("fastapi", "uvicorn", "psycopg", "pydantic"))
    command = " ".join(["make bench", *options])
    minutes = results["seconds"] / 60
    machine = f"{os.cpu_count()} processors ({_processor()}), {_memory()}, Python {platform.python_version()}"
    database = f"PostgreSQL {results['postgres']} ({settings}; fsync and synchronous_commit on)"
    cells = f"{effort['rounds']} rounds of {effort['seconds']:g} s a cell"
    return [
        f"`{command}` on {datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} minutes: {machine}, {database}, {libraries}.",
        f"{effort['cases']:,} cases; 8 connections; {cells}; median (lowest–highest).",
        f"Cells that had to start while the machine was still busy: {results['busy']}.",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> str:
    return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"


def _spread(values: list[float], digits: int) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def _compared(results: dict[str, Any]) -> list[str]:
    ratios = _head("operation", "processes", "of pgbench", "of the floor", "of a bare answer", "to reach", "")
    rates = _head(
        "operation", "processes", "service", "pgbench", "floor", "bare", "p50/p95/p99 ms", "round trips", "statements"
    )
    for each in results["compared"]:
        known = {name: [cell[0] for cell in each[name]] for name in ("service", "floor", "bare")}
        known["pgbench"] = each["pgbench"]
        shares = {
            name: [mine / other for mine, other in zip(known["service"], known[name], strict=True)]
            for name in ("pgbench", "floor", "bare")
        }
        named = (each["operation"], each["processes"])
        ratios.append(_row(*named, *(_spread(values, 2) for values in shares.values()), *_verdict(each, shares)))
        times = "/".join(f"{statistics.median([cell[at] for cell in each['service']]):.1f}" for at in (1, 2, 3))
        figures = (_spread(known[name], 0) for name in ("service", "pgbench", "floor", "bare"))
        rates.append(_row(*named, *figures, times, each["round_trips"], each["statements"]))
    return [*ratios, "", "The same, in requests (transactions) a second:", "", *rates]


def _verdict(each: dict[str, Any], shares: dict[str, list[float]]) -> tuple[str, str]:
    if each["operation"] not in TARGETS:
        return "", ""
    of, least = TARGETS[each["operation"]]
    reached = statistics.median(shares[of]) >= least
    return f"≥ {least} of {of}", "reached" if reached else "**not reached**"


def _grown(results: dict[str, Any]) -> list[str]:
    if not results["grown"]:
        return []
    few, many = (f"{results['effort'][name]:,}" for name in ("small", "large"))
    lines = [f"p95 with {many} cases beside p95 with {few}, in turns, one process:", ""]
    lines += _head("operation", "ratio", "to reach", "", f"p95 ms, {few}", f"p95 ms, {many}")
    for each in results["grown"]:
        small, large = ([cell[2] for cell in each[name]] for name in ("small", "large"))
        ratios = [after / before for before, after in zip(small, large, strict=True)]
        verdict = "reached" if statistics.median(ratios) <= GROWTH else "**not reached**"
        spreads = (_spread(small, 1), _spread(large, 1))
        lines.append(_row(each["operation"], _spread(ratios, 2), f"≤ {GROWTH}", verdict, *spreads))
    return lines
