"""Schemathesis against a served service: the contract, told which ids exist, and one or more callers."""

import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.main import served_contract
from tests.conftest import ROOT
from tests.fuzz.served import Ids, Served

SETTINGS = Path(__file__).with_name("schemathesis.toml")
SEED = 20261121
Json = Any


def found_by_schemathesis(
    served: Served,
    folder: Path,
    callers: Sequence[str],
    *options: str,
    seconds: int,
    short: bool = False,
    shared: Sequence[str] = (),
) -> tuple[int, str]:
    """Its exit code and all it said, as these callers; `folder` holds what it reads and writes.

    `short` leaves out the methods that no path has: tests/api/test_edge.py tries them all, in a tenth of the time.

    `shared` are operations that show both callers the same on purpose.

    Raises:
        subprocess.TimeoutExpired: it took longer than `seconds`.
    """
    (folder / "contract.json").write_text(json.dumps(contract_with(served.ids)))
    peers = [{"name": key, "fixedHeaders": [_authorization(served.token(key))]} for key in callers]
    (folder / "callers.json").write_text(json.dumps({"auth": peers}))
    auth = {"path": str(folder / "callers.json"), "peers": list(callers)} if len(callers) > 1 else None
    more = "\n[phases.coverage]\nunexpected-methods = []\n" if short else ""
    if shared:
        more += f"\n[[operations]]\ninclude-operation-id = {json.dumps(list(shared))}\n"
        more += "checks.object_level_authorization.enabled = false\n"
    (folder / "schemathesis.toml").write_text("\n".join((*_settings(served, auth), SETTINGS.read_text(), more)))
    one = ["-H", ": ".join(_authorization(served.token(callers[0])).values())] if len(callers) == 1 else []
    done = subprocess.run(  # noqa: S603 - our own interpreter, constant arguments
        [
            sys.executable,
            "-m",
            "schemathesis.cli",
            f"--config-file={folder / 'schemathesis.toml'}",
            "run",
            str(folder / "contract.json"),
            f"--seed={SEED}",
            "--no-color",
            *one,
            *options,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
    )
    return done.returncode, done.stdout


def contract_with(ids: Ids) -> Json:
    """The contract with ids that exist as its examples: an invented one would only ever find nothing."""
    document = copy.deepcopy(served_contract())
    document["servers"] = [{"url": "/v1"}]
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in ids:
                    parameter.pop("example", None)
                    parameter["schema"].pop("examples", None)
                    known = ids[parameter["name"]]
                    parameter["examples"] = {f"id{number}": {"value": each} for number, each in enumerate(known)}
    for value in _objects(document):
        for name, known in ids.items():
            if isinstance(value.get(name), str):
                value[name] = known[0]
            elif isinstance(value.get(name), list) and value[name] and isinstance(value[name][0], str):
                value[name] = known[:1]
            elif isinstance(value.get(name), dict) and {"type", "anyOf"} & value[name].keys():
                value[name]["examples"] = [known[:1] if value[name].get("type") == "array" else known[0]]
    return document


def _objects(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _settings(served: Served, auth: Json) -> Iterator[str]:
    """What differs from run to run, in TOML, whose strings are those of JSON."""
    yield f"base-url = {json.dumps(served.address + '/v1')}"
    for name, known in served.ids.items():
        yield f"dictionaries.{name} = {{ values = {json.dumps(known)} }}"
        yield f'parameters."path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}'
    if auth:
        yield f"[auth.wfc]\npath = {json.dumps(auth['path'])}\npeers = {json.dumps(auth['peers'])}"


def _authorization(token: str) -> dict[str, str]:
    return {"name": "Authorization", "value": f"Bearer {token}"}
