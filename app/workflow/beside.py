"""Routes of a region's own, in a folder beside the shipped ones: read, and proven before, or nothing starts."""

from pathlib import Path

from app.workflow.loader import known_beside, read_routes
from app.workflow.proof.kept import kept_proof, known_proofs, unproven
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
    names = {f"{key}.{version}.toml": route for (key, version), route in sorted(routes.items())}
    if faults := [fault for name, route in names.items() for fault in unproven(name, texts[name], route, folder)]:
        raise RouteFaults(faults)
    known_beside(routes)
    kept = {key: kept_proof(name, texts[name], folder) for key in routes for name in (f"{key[0]}.{key[1]}.toml",)}
    known_proofs({key: proof for key, proof in kept.items() if proof is not None})
