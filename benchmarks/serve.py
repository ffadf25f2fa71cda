"""The service as production builds it, with a floor and a bare answer beside it to measure it by.

    python -m benchmarks.serve --port 18100 --processes 2

DATABASE_URL says where the cases are. `/v1/bench/floor` is the least that a recorded answer to a known caller costs
here; `/bare` on the port after it is what FastAPI costs without us.
"""

import os
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.responses import Response

from app import main
from app.api.connections import manners
from app.demo.issuer import AUDIENCE, ISSUER, open_issuer
from app.integrations.access_tokens import AccessTokenVerifier
from app.integrations.signatures import VerificationKey, key_from_jwk
from app.settings import LoopbackSettings
from app.watch import logs
from benchmarks import floor
from benchmarks.generate import FOLDER


class OneKey:
    """The provider's published keys, already fetched."""

    def __init__(self, folder: Path) -> None:
        jwk = open_issuer(folder).jwk
        self._keys = {jwk["kid"]: key_from_jwk(dict(jwk))}

    async def key(self, kid: str) -> VerificationKey | None:
        """The key with this id."""
        return self._keys.get(kid)


def service(address: str) -> FastAPI:
    """The service on this database, with a quota that nobody reaches; counting it stays."""
    settings = LoopbackSettings(
        database_url=SecretStr(address), oidc_issuer=ISSUER, oidc_audience=AUDIENCE, rate_limit=10**9
    )
    verifier = AccessTokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=OneKey(FOLDER))
    return main.create_app(settings, verifier=verifier)


def application() -> FastAPI:
    """The service of one of uvicorn's processes, with the floor as one more endpoint behind the same edge."""
    logs.configure("json")  # a line a request, as in production
    main._ROUTERS = (*main._ROUTERS, floor)  # type: ignore[assignment]  # noqa: SLF001 — where endpoints are listed
    return _telling(service(os.environ["DATABASE_URL"]))


def _telling(app: FastAPI) -> FastAPI:
    """Tells which process answers, so that connections can be spread evenly over several."""

    @app.get("/bench/process")
    async def process() -> Response:
        return Response(str(os.getpid()))

    return app


def bare() -> FastAPI:
    """FastAPI answering JSON of a given size, without anything of ours."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/bare/{size}")
    async def answer(size: int) -> Response:
        return Response('{"filled": "' + "x" * size + '"}', media_type="application/json")

    return _telling(app)


def run(
    port: Annotated[int, typer.Option()],
    processes: Annotated[int, typer.Option()] = 1,
    which: Annotated[str, typer.Option()] = "application",
) -> None:
    """Serve as `ondersteuningsroute serve` does."""
    uvicorn.run(f"benchmarks.serve:{which}", factory=True, port=port, workers=processes, log_config=None, **manners([]))


if __name__ == "__main__":
    cli = typer.Typer(pretty_exceptions_enable=False)
    cli.command()(run)
    cli()
