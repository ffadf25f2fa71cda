"""Routes of a region's own, in a folder beside the shipped ones: read, and proven before, or nothing starts."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from app.workflow.loader import known_beside, read_routes
from app.workflow.model import Route, Status
from app.workflow.proof.kept import kept_proof
from app.workflow.reader import Fault, RouteFaults


def load_beside(folder: Path | None) -> None:
    """From now on the routes of this folder are known beside the shipped ones; None: those alone.

    A file of a route is named `<key>.<version>.toml`; what is named otherwise is a fault, so that a misspelt name is
    not silently without effect. A route that takes or took cases has its report beside it (`verify-routes --keep`),
    over this very text and the rules of this version of the service: so that a start asks for a hash, and no proof.

    Raises:
        RouteFaults: with all that is wrong in all files; then nothing is known that was not known before.
    """
    texts: dict[str, str] = {}
    if folder is not None:
        if not folder.is_dir():
            raise RouteFaults([Fault(str(folder), 1, "folder", "there is no such folder.", "Name one, or none.")])
        texts = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.toml")}
    routes = read_routes(texts)
    if folder is not None and (faults := list(_unproven(folder, texts, routes))):
        raise RouteFaults(faults)
    known_beside(routes)


def _unproven(folder: Path, texts: Mapping[str, str], routes: Mapping[tuple[str, int], Route]) -> Iterator[Fault]:
    for (key, version), route in sorted(routes.items()):
        name = f"{key}.{version}.toml"
        proof = kept_proof(name, texts[name], folder)
        remedy = f"Run: ondersteuningsroute verify-routes --keep {folder / name}"
        if route.status is not Status.DRAFT and proof is None:
            yield Fault(name, 1, "proof", "it was not proven as it is, by these rules.", remedy)
        elif route.status is not Status.DRAFT and proof is not None and not proof.sound:
            yield Fault(name, 1, "proof", f"it has {len(proof.faults)} faults.", f"{remedy}, and mend what it says.")
