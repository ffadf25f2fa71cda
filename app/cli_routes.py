"""The command `verify-routes`: the proof of the routes, for whoever writes one."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from app.workflow.loader import read_route
from app.workflow.model import Route
from app.workflow.proof import Proof, prove
from app.workflow.proof.kept import kept_proof, proof_name, written
from app.workflow.reader import RouteFaults


def verify_routes(
    paths: Annotated[list[Path] | None, typer.Argument(help="Routebestanden; zonder: alle meegeleverde.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Als gegevens, voor een programma.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Bewaar elk verslag naast zijn route.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Bewijs opnieuw, ook wat al bewezen is.")] = False,
) -> None:
    """Bewijst dat routes deugen: elke stap, elke samenloop van feiten. Bij een fout het kortste pad dat haar toont."""
    shipped = sorted(Path(str(each)) for each in files("app.routes").iterdir() if each.name.endswith(".toml"))
    told, wrong = [], False
    for path in paths or shipped:
        try:
            text = path.read_text(encoding="utf-8")
            route = read_route(path.name, text)
        except OSError as fault:
            typer.echo(f"{path}: niet te lezen ({fault.strerror}).", err=True)
            wrong = True
            continue
        except RouteFaults as faults:
            typer.echo(str(faults), err=True)
            wrong = True
            continue
        proof = (None if anew else kept_proof(path.name, text, path.parent)) or prove(route)
        wrong |= not proof.sound
        told.append(proof.as_data())
        if not as_json:
            typer.echo(_said(path, route, proof))
        if keep:
            (path.parent / proof_name(path.name)).write_text(written(proof, text), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    if wrong:
        raise typer.Exit(1)


def _said(path: Path, route: Route, proof: Proof) -> str:
    count = sum(proof.checks.values())
    if proof.sound:
        return f"{path.name}: bewezen ({count} vragen, {len(proof.checks)} soorten)."
    return "\n".join([f"{path.name}: {len(proof.faults)} fouten.", *(fault.line(route) for fault in proof.faults)])
