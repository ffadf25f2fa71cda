"""`make run`: PostgreSQL, migrations, invented people, their OpenID provider, service and worker, until Ctrl-C."""

import asyncio
import logging
import os
import signal
import socket
import subprocess  # our own programs, on a laptop  # nosec B404
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr
from rich.console import Console
from starlette.types import ASGIApp

from app.api.connections import manners
from app.demo.cases import tell
from app.demo.issuer import AUDIENCE, PORT, Issuer, open_issuer
from app.demo.lock import ROOT, RunningError, only_one
from app.demo.postgres import API, OWNER, WORKER, Cluster, PostgresError
from app.demo.seed import seed
from app.demo.welcome import show
from app.integrations.audit_heads import ledger, private_key
from app.integrations.keys import draw_key_file
from app.main import create_app
from app.services.audit_chain import writing_heads
from app.settings import LoopbackSettings
from app.watch import logs
from app.worker import DUTIES, Duty, work

NUMBER_KEYS = "number-keys.json"
AUDIT_KEY, AUDIT_PUBLIC_KEY, AUDIT_HEADS = "audit-key.pem", "audit-key.pub.pem", "audit-heads.jsonl"

screen = Console(soft_wrap=True, highlight=False, markup=False, emoji=False)


class DemoError(Exception):
    """The demo cannot run; the text says why and what to do, for the person at the keyboard."""


def run(port: int, folder: Path, provider_port: int = PORT) -> None:
    """Runs the demo on 127.0.0.1:`port` until Ctrl-C; what it keeps lies in `folder`.

    The demo's people are bound to the provider at its own port: at another one, for tests, they are strangers.

    Raises:
        DemoError: another one runs here, a port is taken, or one of its parts does not start.
    """
    logs.configure("text")
    logging.getLogger().setLevel(logging.WARNING)  # the screen is for people: what goes wrong, and nothing else
    for order in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(order, signal.default_int_handler)  # a closed terminal ends it as orderly as Ctrl-C
    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(folder, port))
            service = stack.enter_context(_listening(port, "Kies een andere: make run PORT=8080."))
            provider = stack.enter_context(
                _listening(
                    provider_port, "Daar hoort de OpenID-provider van de demo. Draait er een demo uit een andere map?"
                )
            )
            screen.print("PostgreSQL starten …")
            cluster = stack.enter_context(Cluster(folder / "postgres"))
            screen.print("Database bijwerken …")
            _migrate(cluster.dsn(OWNER))
            issuer = replace(open_issuer(folder), address=f"http://127.0.0.1:{provider_port}")
            draw_key_file(folder / NUMBER_KEYS, "demo")
            screen.print("Verzonnen mensen klaarzetten …")
            asyncio.run(seed(cluster.dsn(OWNER), issuer=issuer.address))
            asyncio.run(_serve(cluster, issuer, service, provider, folder / NUMBER_KEYS))
        except RunningError as other:
            raise DemoError(
                f"De demo draait al (proces {other.pid}) op http://127.0.0.1:{other.port}."
                " Stop die met Ctrl-C in het eigen venster, of met make clean (dat wist ook de gegevens)."
            ) from None
        except PostgresError as fault:
            raise DemoError(str(fault)) from None
        except PermissionError as fault:
            raise DemoError(
                f"Geen toegang tot {fault.filename}. Draaide de demo hier eerder als een andere gebruiker?"
                " Die kan met make clean opruimen."
            ) from None
        except KeyboardInterrupt:
            pass
        screen.print("\nDe demo stopt. De gegevens blijven staan: make run gaat ermee verder.")


@contextmanager
def _listening(port: int, advice: str) -> Iterator[socket.socket]:
    """The port, taken before anything is started."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            raise DemoError(f"Poort {port} is bezet. {advice}") from None
        yield listener


def _migrate(owner_dsn: str) -> None:
    """Runs the same command as production does, as the owner."""
    outcome = subprocess.run(  # our own command  # nosec B603
        [sys.executable, "-m", "app.cli", "migrate"],
        env={**os.environ, "DATABASE_URL": owner_dsn},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        raise DemoError(f"De database is niet bij te werken:\n{outcome.stdout}{outcome.stderr}")


class _Server(uvicorn.Server):
    """A server that leaves the signals to the demo: there are two, and each would take them from the other."""

    def __init__(self, application: ASGIApp) -> None:
        super().__init__(uvicorn.Config(application, log_config=None, **manners([])))

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _serve(cluster: Cluster, issuer: Issuer, service: socket.socket, provider: socket.socket, keys: Path) -> None:
    """Serves provider, service and worker until a signal; a second one does not wait for open connections."""
    address = f"http://127.0.0.1:{service.getsockname()[1]}"
    settings = LoopbackSettings(
        database_url=SecretStr(cluster.dsn(API)),
        oidc_issuer=issuer.address,
        oidc_audience=AUDIENCE,
        public_url=address,
        number_keys_file=keys,
    )
    main = _Server(create_app(settings))
    identity = _Server(issuer.application())
    ended = asyncio.Event()

    def end() -> None:
        main.force_exit = main.should_exit
        main.should_exit = identity.should_exit = True
        ended.set()

    loop = asyncio.get_running_loop()
    for order in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(order, end)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(identity.serve(sockets=[provider]))
        tasks.create_task(work(cluster.dsn(WORKER), ended, duties=(*DUTIES, _heads(keys.parent))))
        welcome = tasks.create_task(_welcome((identity, main), issuer, address))
        await main.serve(sockets=[service])
        welcome.cancel()
        end()
    if not main.started:
        raise DemoError("De service start niet; hierboven staat waarom.")


def _draw_signing_key(secret: Path, public: Path) -> None:
    key = Ed25519PrivateKey.generate()
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    secret.touch(mode=0o600)
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _heads(folder: Path) -> Duty:
    """The duty that writes the heads of the audit outside the database, signed: here into a file of the demo."""
    secret, public = folder / AUDIT_KEY, folder / AUDIT_PUBLIC_KEY
    if not secret.exists():
        _draw_signing_key(secret, public)
    return writing_heads(ledger(str(folder / AUDIT_HEADS)), private_key(secret), every=10)


async def _welcome(servers: Sequence[uvicorn.Server], issuer: Issuer, address: str) -> None:
    """Once both answer: the example cases, made through the service itself, and then the screen."""
    while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn has no event that says so
        await asyncio.sleep(0.02)
    screen.print("Voorbeeldzaken klaarzetten …")
    try:
        async with httpx.AsyncClient(base_url=address, timeout=30) as client:
            await tell(client, issuer.token)
    except httpx.HTTPError as fault:
        screen.print(f"De voorbeeldzaken zijn niet gemaakt: {fault}")
    show(issuer, address, screen.print)
