"""A report is kept beside its route, under a hash of all that it depends on: nothing is proven twice."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from app.workflow.model import Route, Status
from app.workflow.proof.report import Proof, read_proof
from app.workflow.reader import Fault

# What a proof depends on beside the file of the route: the rules, the proof itself, and who may do what.
_SOURCES = (
    ("app.workflow", ("decide.py", "facts.py", "model.py", "promises.py")),
    ("app.workflow.guards", None),
    ("app.workflow.proof", None),
    ("app.domain", ("actors.py", "consent.py", "gezag.py", "grounds.py", "policy.py", "regie.py", "rule_sets.py")),
)


@cache
def _rules() -> bytes:
    digest = sha256()
    for package, names in _SOURCES:
        for entry in sorted(files(package).iterdir(), key=lambda each: each.name):
            if entry.name.endswith(".py") and (names is None or entry.name in names):
                digest.update(f"{package}/{entry.name}\n".encode())
                digest.update(entry.read_bytes())
    return digest.digest()


def fingerprint(text: str) -> str:
    """What a report over a route file with this text depends on, as a hash."""
    return sha256(_rules() + text.encode()).hexdigest()


def proof_name(name: str) -> str:
    """The file in which the report over a route file is kept."""
    return f"{name.removesuffix('.toml')}.proof.json"


def kept_proof(name: str, text: str, folder: Traversable | None = None) -> Proof | None:
    """The report that is kept, if it is about this very text and these very rules."""
    found = (folder or files("app.routes")) / proof_name(name)
    try:
        data: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
        return read_proof(data["proof"]) if data["of"] == fingerprint(text) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def written(proof: Proof, text: str) -> str:
    """A report as it is kept."""
    kept = {"of": fingerprint(text), "text": _hash(text), "proof": proof.as_data()}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def unproven(name: str, text: str, route: Route, folder: Traversable | None = None) -> Iterator[Fault]:
    """Why a route takes no case: nobody proved what it says, or the proof found faults, each with its shortest path.

    A draft takes none anyhow. `folder`: of a region's own, where the rules must be those of this version of the service
    too; that the shipped ones are proven by the rules beside them is held by a test when the service is built.
    """
    if route.status is Status.DRAFT:
        return
    found = (folder or files("app.routes")) / proof_name(name)
    remedy = (
        f"Run: bin/ondersteuningsroute verify-routes --keep {found.parent / name if isinstance(found, Path) else name}"
    )
    proof = kept_proof(name, text, folder) or (_of_this_text(found, text) if folder is None else None)
    if proof is None:
        yield Fault(name, 1, "proof", "it was not proven as it is, by these rules.", remedy)
    elif not proof.sound:
        told = "\n".join(fault.line(route) for fault in proof.faults)
        yield Fault(
            name, 1, "proof", f"it has {len(proof.faults)} faults.", f"{remedy}, and mend what it says.\n{told}"
        )


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _of_this_text(found: Traversable, text: str) -> Proof | None:
    try:
        data: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
        return read_proof(data["proof"]) if data["text"] == _hash(text) else None
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


_BESIDE: dict[tuple[str, int], Proof] = {}
"""The reports over the routes of a region's own, put here when these were loaded."""


def known_proofs(proofs: Mapping[tuple[str, int], Proof]) -> None:
    """From now on these reports are known beside those of the shipped routes."""
    _BESIDE.clear()
    _BESIDE.update(proofs)
    proof_beside.cache_clear()


@cache
def proof_beside(key: str, version: int) -> Proof | None:
    """The report that is kept of a version, if it is about what the version says now; read once a process."""
    name = f"{key}.{version}.toml"
    found = files("app.routes") / name
    return kept_proof(name, found.read_text(encoding="utf-8")) if found.is_file() else _BESIDE.get((key, version))
