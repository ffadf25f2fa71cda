"""The shipped proxy configuration, on a real nginx before the real service: what it lets through, and what it tells."""

import asyncio
import datetime as dt
import json
import re
import shutil
import socket
import ssl
import subprocess
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.attacks.wire import NO_HTTP, answer, listening, post, service, statuses
from tests.conftest import ROOT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
WITHOUT = "nginx is not installed (on Debian: apt-get install nginx-light), so the proxy configuration is not tried"
pytestmark = [pytest.mark.anyio, pytest.mark.skipif(NGINX is None, reason=WITHOUT)]
CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text()
CANARY = "kanarie-4711"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of an hour, for this machine."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(private)
    return folder


@pytest.fixture
def client(tls: Path) -> ssl.SSLContext:
    """Who trusts that certificate."""
    return ssl.create_default_context(cafile=tls / "fullchain.pem")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def configured(folder: Path, tls: Path, port: int, service_port: int) -> Path:
    """The shipped configuration with another address, folder and certificate; each is there to be replaced."""
    text = CONFIGURATION
    for shipped, here in (
        ("/tmp/", f"{folder}/"),  # noqa: S108 - the container's own
        ("/etc/nginx/tls", str(tls)),
        ("/dev/stdout", str(folder / "access.log")),
        ("/dev/stderr", str(folder / "error.log")),
        ("server api:8000", f"server 127.0.0.1:{service_port}"),
        ("listen 8443", f"listen 127.0.0.1:{port}"),
        ("client_header_timeout 10s", "client_header_timeout 1s"),
    ):
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    (folder / "nginx.conf").write_text(text)
    return folder / "nginx.conf"


@asynccontextmanager
async def nginx(folder: Path, tls: Path, service_port: int) -> AsyncIterator[int]:
    """The proxy before a port: its own."""
    port = _free_port()
    file = configured(folder, tls, port, service_port)
    # One process: a worker of its own would run as nobody, who may not look into a test's folder.
    command = [str(NGINX), "-c", str(file), "-g", "daemon off; master_process off;"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220, S603 - nginx
        try:
            for _ in range(500):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, process.stderr and process.stderr.read()
                await asyncio.sleep(0.01)
            yield port
        finally:
            process.terminate()
            process.wait(10)


@asynccontextmanager
async def proxied(application: ASGIApp, folder: Path, tls: Path) -> AsyncIterator[int]:
    """An application behind the service's own server, behind the proxy: the proxy's port."""
    async with listening(application, ("127.0.0.1",)) as service_port, nginx(folder, tls, service_port) as port:
        yield port


class Recorder:
    """An application that only notes what reaches it."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, list[str]], bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode(), []).append(value.decode("latin-1"))
        self.requests.append((f"{scope['method']} {scope['path']}", headers, body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *headers, "Connection: close", "", ""]).encode()


def problem_in(received: bytes) -> dict[str, object]:
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert b"strict-transport-security" in head.lower()
    told: dict[str, object] = json.loads(body)
    return told


async def test_the_api_is_reached_and_nothing_beside_it(tmp_path: Path, tls: Path, client: ssl.SSLContext) -> None:
    async with proxied(service(), tmp_path, tls) as port:
        received = await answer(port, get("/v1/me"), tls=client)
        assert statuses(received) == [401]
        assert b"ratelimit-policy" in received, "the service itself answered"
        assert statuses(await answer(port, get("/v1/openapi.json"), tls=client)) == [200]
        for path in (
            "/", "/v1", "/health/live", "/health/ready", "/metrics", "/v1/../metrics", "/v1/%2e%2e/metrics",
            "/v1/..%2fhealth/live", "/v1/../health/live", "//metrics", "/metrics/", "/nginx_status", "/.git/config",
            "/problem/away",
        ):  # fmt: skip
            received = await answer(port, get(path), tls=client)
            assert statuses(received) == [404], path
            assert str(problem_in(received)["instance"]).startswith("urn:ondersteuningsroute:verzoek:"), path
        # A path that only ends up under /v1 is passed on as it came: the service has no such path either.
        assert set(statuses(await answer(port, get("/health/live/../../v1/me"), tls=client))) <= {401, 404}


async def test_what_a_caller_says_about_itself_does_not_arrive(
    tmp_path: Path, tls: Path, client: ssl.SSLContext
) -> None:
    lies = {
        "X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "kwaad.invalid",
        "X-Forwarded-Port": "1", "X-Forwarded-Prefix": "/x", "X-Real-IP": "198.51.100.1",
        "Forwarded": "for=198.51.100.1", "Proxy": "kwaad.invalid", "X-Original-URL": "/x", "X-Rewrite-URL": "/x",
        "X-HTTP-Method-Override": "DELETE", "X_Forwarded_For": "198.51.100.1", "Idempotency_Key": "x",
        "Upgrade": "websocket",
    }  # fmt: skip
    recorder = Recorder()
    async with proxied(recorder, tmp_path, tls) as port:
        lines = [f"{name}: {value}" for name, value in lies.items()]
        assert statuses(await answer(port, get("/v1/me", *lines, "X-Fine: yes"), tls=client)) == [200]
    ((_, headers, _),) = recorder.requests
    assert headers["x-forwarded-for"] == ["127.0.0.1"]
    assert headers["x-forwarded-proto"] == ["https"]
    assert headers["x-fine"] == ["yes"]
    arrived = {name.lower() for name in lies} & headers.keys()
    assert arrived == {"x-forwarded-for", "x-forwarded-proto"}
    assert not [name for name in headers if "_" in name]


async def test_the_service_counts_strangers_by_the_address_that_the_proxy_saw(
    tmp_path: Path, tls: Path, client: ssl.SSLContext
) -> None:
    async with proxied(service(rate_limit_anonymous=2), tmp_path, tls) as port:
        lies = [f"X-Forwarded-For: 198.51.100.{number}" for number in range(3)]
        found = [statuses(await answer(port, get("/v1/me", lie), tls=client)) for lie in lies]
        assert found == [[401], [401], [429]]


async def test_no_request_hides_in_another(tmp_path: Path, tls: Path, client: ssl.SSLContext) -> None:
    """What the proxy and the service could read differently: at most one request arrives, and never the hidden one."""
    recorder = Recorder()
    async with proxied(recorder, tmp_path, tls) as port:
        for name, request in NO_HTTP.items():
            recorder.requests.clear()
            received = await answer(port, request.replace(b"GET / ", b"GET /v1/ "), patience=3, tls=client)
            assert len(statuses(received)) <= 1, name
            assert len(recorder.requests) <= 1, name
            assert not [path for path, _, _ in recorder.requests if "hidden" in path], name
            for _, headers, body in recorder.requests:
                assert "transfer-encoding" not in headers, name
                assert int(headers.get("content-length", ["0"])[0]) == len(body), name
        recorder.requests.clear()
        chunked = post("Transfer-Encoding: chunked", "Connection: close", body=b"2\r\n{}\r\n0\r\n\r\n")
        assert statuses(await answer(port, chunked, tls=client)) == [200]
        ((_, headers, body),) = recorder.requests
        assert (headers["content-length"], body) == (["2"], b"{}"), "one length, by the proxy's own count"


async def test_too_much_and_too_slow_end_at_the_proxy(tmp_path: Path, tls: Path, client: ssl.SSLContext) -> None:
    recorder = Recorder()
    async with proxied(recorder, tmp_path, tls) as port:
        large = post("Content-Length: 2000000", "Connection: close")
        endless = post("Transfer-Encoding: chunked", body=b"10000\r\n" + b" " * 65536 + b"\r\n")
        chunks = [b"10000\r\n" + b" " * 65536 + b"\r\n"] * 20
        for name, parts, status in (
            ("large", [large], 413),
            ("endless", [endless, *chunks], 413),
            ("a long address", [get("/v1/" + "x" * 20_000)], 431),
            ("a large header", [get("/v1/me", "X-Large: " + "x" * 40_000)], 400),
        ):
            received = await answer(port, *parts, tls=client)
            assert statuses(received)[:1] == [status], name
            assert problem_in(received)["status"] == status, name
        began = asyncio.get_running_loop().time()
        assert statuses(await answer(port, b"GET /v1/me HT", tls=client)) in ([], [408])
        assert asyncio.get_running_loop().time() - began < 4
        assert recorder.requests == []
        full = post("Content-Length: 1000000", "Connection: close", body=b" " * 1_000_000)
        assert statuses(await answer(port, full, tls=client)) == [200]
    assert {file.suffix for file in files(tmp_path)} <= {".conf", ".log", ".pid"}, "nothing was put on the disk"


async def test_neither_log_nor_disk_keeps_what_was_asked(tmp_path: Path, tls: Path, client: ssl.SSLContext) -> None:
    async with proxied(service(), tmp_path, tls) as port:
        where = f"/v1/young-people/{CANARY}?code={CANARY}"
        body = json.dumps({"familyName": CANARY}).encode()
        for request in (
            get(where, *(f"{name}: {CANARY}" for name in ("Authorization", "Cookie", "User-Agent", "Referer"))),
            get(f"/elsewhere/{CANARY}"),
            post(f"Content-Length: {len(body)}", "Connection: close", body=body),
            f"GET /v1/{CANARY} HTTP/1.1\r\nHost: {CANARY}\r\nContent-Length: x\r\n\r\n".encode(),
            f"{CANARY}\r\n\r\n".encode(),
        ):
            assert await answer(port, request, tls=client)
    for file in files(tmp_path):
        assert CANARY.encode() not in file.read_bytes(), file
    lines = [json.loads(line) for line in (tmp_path / "access.log").read_text().splitlines()]
    assert len(lines) >= 4
    assert "127.0.0.1" not in (tmp_path / "access.log").read_text()


async def test_a_service_that_breaks_off_or_is_gone_is_503_and_nothing_is_sent_twice(
    tmp_path: Path, tls: Path, client: ssl.SSLContext
) -> None:
    asked = 0

    async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += bool(await reader.read(10))
        writer.close()

    request = post("Content-Length: 2", "Connection: close", body=b"{}")
    server = await asyncio.start_server(hangs_up, "127.0.0.1", 0)
    async with server, nginx(tmp_path, tls, server.sockets[0].getsockname()[1]) as port:
        received = await answer(port, request, tls=client)
        assert statuses(received) == [503]
        assert b"retry-after: 5" in received.lower()
        assert problem_in(received)["type"] == "urn:ondersteuningsroute:problem:tijdelijk-niet-beschikbaar"
        assert asked == 1
        server.close()
        await server.wait_closed()
        assert statuses(await answer(port, request, tls=client)) == [503]


async def test_tls_is_what_the_ncsc_calls_sufficient_or_good(tmp_path: Path, tls: Path) -> None:
    def speaking(version: ssl.TLSVersion, ciphers: str = "ALL:@SECLEVEL=0") -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=tls / "fullchain.pem")
        context.set_ciphers(ciphers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # ssl says itself that 1.1 is old
            context.minimum_version = context.maximum_version = version
        return context

    async with proxied(service(), tmp_path, tls) as port:
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            assert statuses(await answer(port, get("/v1/me"), tls=speaking(version))) == [401]
        for version, ciphers in (
            (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0"),
            (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
            (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0"),
        ):
            old = speaking(version, ciphers)
            with pytest.raises(ssl.SSLError):
                await answer(port, get("/v1/me"), tls=old)
        received = await answer(port, get("/v1/me"))
        assert statuses(received) == [400], "plain HTTP is answered, never redirected"
        assert b"location:" not in received.lower()


def test_compose_puts_this_proxy_before_the_service_and_trusts_it_alone() -> None:
    compose = (ROOT / "compose.yaml").read_text()
    services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", compose.split("services:")[1], re.MULTILINE))
    assert "./deploy/nginx.conf:/etc/nginx/nginx.conf:ro" in services["proxy"]
    (address,) = re.findall(r"ipv4_address: ([\d.]+)", services["proxy"])
    assert f"TRUSTED_PROXIES: {address}\n" in services["api"]
    assert "ports:" not in services["api"], "whoever reached the service past the proxy would have no TLS"
