import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app.integrations.access_tokens import AccessTokenVerifier, InvalidToken, Reason
from app.integrations.identity_provider import (
    ATTEMPT_EVERY,
    FIRST_ATTEMPT_EVERY,
    MAX_DOCUMENT_BYTES,
    MAX_PUBLISHED_KEYS,
    OUTDATED_AFTER,
    IdentityProviderUnavailable,
    ProviderFault,
    PublishedKeys,
    usable_keys,
)
from app.integrations.signatures import Algorithm, VerificationKey
from tests.integrations.tokens import AUDIENCE, ISSUER, SigningKey, mint, signing_key

pytestmark = pytest.mark.anyio

DISCOVERY = "/.well-known/openid-configuration"
NOW = 1_800_000_000

Answer = Callable[[httpx.Request], httpx.Response]


def respond(status: int, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
    """As from the network: not yet read."""
    return httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)


class FakeProvider:
    """A provider in memory: what it publishes can be changed, and each request is counted."""

    def __init__(self, *keys: SigningKey, issuer: str = ISSUER) -> None:
        self.discovery: dict[str, Any] = {"issuer": issuer, "jwks_uri": f"{issuer}/jwks"}
        self.key_set: dict[str, Any] = {"keys": [key.jwk() for key in keys]}
        self.requests: list[str] = []
        self.answer: Answer | None = None
        self.open = asyncio.Event()
        self.open.set()

    def publish(self, *keys: SigningKey) -> None:
        self.key_set = {"keys": [key.jwk() for key in keys]}

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(str(request.url))
        await self.open.wait()
        if self.answer is not None:
            return self.answer(request)
        document = self.discovery if request.url.path.endswith(DISCOVERY) else self.key_set
        return respond(200, json.dumps(document).encode())

    @property
    def attempts(self) -> int:
        return sum(url.endswith(DISCOVERY) for url in self.requests)


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds


def keys_of(provider: FakeProvider, clock: Clock | None = None, *, issuer: str = ISSUER) -> PublishedKeys:
    return PublishedKeys(issuer, transport=httpx.MockTransport(provider), clock=clock or Clock())


def raising(failure: Exception) -> Answer:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise failure

    return answer


def answering(status: int = 200, body: bytes = b"{}", headers: dict[str, str] | None = None) -> Answer:
    return lambda _request: respond(status, body, headers)


OLD, NEW = signing_key("ES256", "oud"), signing_key("RS256", "nieuw")


async def test_the_keys_are_found_by_discovery_and_then_kept() -> None:
    provider = FakeProvider(OLD, NEW)
    keys = keys_of(provider)
    for _ in range(5):
        old, new = await keys.key("oud"), await keys.key("nieuw")
    assert old is not None
    assert new is not None
    assert (old.algorithm, new.algorithm) == (Algorithm.ES256, Algorithm.RS256)
    assert provider.requests == [ISSUER + DISCOVERY, ISSUER + "/jwks"]


async def test_a_token_is_verified_with_a_published_key() -> None:
    verifier = AccessTokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=keys_of(FakeProvider(OLD)))
    assert (await verifier.verify(mint(key=OLD, now=NOW), now=NOW)).subject == "voorbeeld-1"
    with pytest.raises(InvalidToken) as refused:
        await verifier.verify(mint(key=NEW, now=NOW), now=NOW)
    assert refused.value.reason is Reason.UNKNOWN_KEY


async def test_a_slash_at_the_end_of_the_issuer_is_not_doubled() -> None:
    issuer = "https://aanmelden.voorbeeld.invalid/realms/noord/"
    provider = FakeProvider(OLD, issuer=issuer)
    assert await keys_of(provider, issuer=issuer).key("oud")
    assert provider.requests[0] == "https://aanmelden.voorbeeld.invalid/realms/noord" + DISCOVERY


async def test_rotation_is_noticed_without_a_restart_and_the_withdrawn_key_stops() -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    assert await keys.key("oud")
    provider.publish(NEW)
    clock.pass_by(ATTEMPT_EVERY)
    assert await keys.key("nieuw")
    assert await keys.key("oud") is None


async def test_an_unknown_key_asks_the_provider_at_most_once_a_minute() -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    for number in range(50):
        assert await keys.key(f"verzonnen-{number}") is None
    assert provider.attempts == 1
    clock.pass_by(ATTEMPT_EVERY - 1)
    assert await keys.key("verzonnen") is None
    assert provider.attempts == 1
    clock.pass_by(1)
    for number in range(50):
        assert await keys.key(f"verzonnen-{number}") is None
    assert provider.attempts == 2


async def test_many_callers_at_once_make_one_attempt() -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    found = await asyncio.gather(*(keys.key("oud") for _ in range(50)))
    assert all(found)
    assert provider.attempts == 1
    clock.pass_by(ATTEMPT_EVERY)
    provider.publish(OLD, NEW)
    provider.open.clear()
    waiting = [asyncio.create_task(keys.key("nieuw")) for _ in range(50)]
    await asyncio.sleep(0.01)
    # Whoever holds a known key does not wait for the others' unknown one.
    assert await asyncio.wait_for(keys.key("oud"), 1)
    provider.open.set()
    assert all(await asyncio.gather(*waiting))
    assert provider.attempts == 2


async def test_a_caller_who_hangs_up_does_not_stop_the_attempt_for_the_others() -> None:
    provider = FakeProvider(OLD)
    keys = keys_of(provider)
    provider.open.clear()
    first, second = asyncio.create_task(keys.key("oud")), asyncio.create_task(keys.key("oud"))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    provider.open.set()
    assert await second
    assert first.cancelled()
    assert provider.attempts == 1


def too_deep() -> bytes:
    return b'{"keys":' + b"[" * 50_000


FAULTS: dict[str, Answer] = {
    "connection refused": raising(httpx.ConnectError("aanmelden.voorbeeld.invalid")),
    "connection lost": raising(httpx.RemoteProtocolError("weg")),
    "too slow": raising(httpx.ReadTimeout("traag")),
    "no longer waiting": raising(TimeoutError()),
    "status 500": answering(500),
    "status 404": answering(404),
    "status 204": answering(204),
    "redirect": answering(302, headers={"Location": "https://anders.voorbeeld.invalid/"}),
    "redirect for good": answering(308, headers={"Location": ISSUER + "/jwks"}),
    "no JSON": answering(body=b"<html>onderhoud</html>"),
    "a list": answering(body=b"[]"),
    "empty": answering(body=b""),
    "too deep": answering(body=too_deep()),
    "too long": answering(body=b'{"keys": []' + b" " * MAX_DOCUMENT_BYTES + b"}"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_in_an_outage_the_keys_held_keep_working(fault: str) -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    assert await keys.key("oud")
    provider.answer = FAULTS[fault]
    for _ in range(3):
        clock.pass_by(OUTDATED_AFTER + 1)
        assert await keys.key("oud")
        assert await keys.key("nieuw") is None
    assert provider.attempts == 4
    provider.answer = None
    provider.publish(NEW)
    clock.pass_by(ATTEMPT_EVERY)
    assert await keys.key("nieuw")


@pytest.mark.parametrize("fault", FAULTS)
async def test_without_any_key_the_provider_is_unavailable_and_soon_tried_again(fault: str) -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    provider.answer = FAULTS[fault]
    for _ in range(10):
        with pytest.raises(IdentityProviderUnavailable) as unavailable:
            await keys.key("oud")
        assert unavailable.value.retry_after == FIRST_ATTEMPT_EVERY
    assert provider.attempts == 1
    clock.pass_by(FIRST_ATTEMPT_EVERY - 1.5)
    with pytest.raises(IdentityProviderUnavailable) as unavailable:
        await keys.key("oud")
    assert unavailable.value.retry_after == 2
    provider.answer = None
    clock.pass_by(1.5)
    assert await keys.key("oud")
    assert provider.attempts == 2


async def test_a_redirect_is_not_followed() -> None:
    provider = FakeProvider(OLD)
    provider.answer = answering(302, headers={"Location": "https://anders.voorbeeld.invalid/"})
    with pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert provider.requests == [ISSUER + DISCOVERY]


@pytest.mark.parametrize(
    "issuer", [ISSUER + "/", ISSUER.upper(), "https://anders.voorbeeld.invalid", "", None, [ISSUER], {"issuer": ISSUER}]
)
async def test_a_discovery_document_of_another_issuer_is_not_used(issuer: object) -> None:
    provider = FakeProvider(OLD)
    provider.discovery["issuer"] = issuer
    with pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert provider.requests == [ISSUER + DISCOVERY]


@pytest.mark.parametrize(
    "address",
    [
        "http://aanmelden.voorbeeld.invalid/jwks",
        "http://127.0.0.1/jwks",
        "ftp://aanmelden.voorbeeld.invalid/jwks",
        "file:///etc/passwd",
        "//aanmelden.voorbeeld.invalid/jwks",
        "/jwks",
        "https://",
        "https://iemand:geheim@aanmelden.voorbeeld.invalid/jwks",
        "https://[::1/jwks",
        "",
        None,
        ["https://aanmelden.voorbeeld.invalid/jwks"],
    ],
)
async def test_keys_come_from_a_https_address_only(address: object) -> None:
    provider = FakeProvider(OLD)
    provider.discovery["jwks_uri"] = address
    with pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert provider.requests == [ISSUER + DISCOVERY]


@pytest.mark.parametrize(
    "address",
    ["https://xn--/jwks", "https://aanmelden.voorbeeld.invalid:99999/jwks", "https://a b/jwks", "https://\x00/jwks"],
)
async def test_an_address_that_makes_no_sense_is_a_fault_like_any_other(address: str) -> None:
    provider = FakeProvider(OLD)
    provider.discovery["jwks_uri"] = address
    provider.answer = lambda request: (
        respond(200, json.dumps(provider.discovery).encode())
        if request.url.path.endswith(DISCOVERY)
        else respond(404, b"")
    )
    with pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")


@pytest.mark.parametrize(
    "issuer",
    [
        "http://aanmelden.voorbeeld.invalid",
        "http://127.0.0.1:9000",
        "http://localhost",
        "aanmelden.voorbeeld.invalid",
        "https://",
        "https://aanmelden.voorbeeld.invalid?a=b",
        "https://aanmelden.voorbeeld.invalid#x",
        "https://aanmelden.voorbeeld.invalid/?",
        "https://iemand:geheim@aanmelden.voorbeeld.invalid",
        "",
    ],
)
async def test_an_issuer_is_a_plain_https_address(issuer: str) -> None:
    with pytest.raises(ValueError, match="plain https"):
        PublishedKeys(issuer)


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])
async def test_the_demo_may_reach_this_machine_over_http_and_nothing_else(issuer: str) -> None:
    provider = FakeProvider(OLD, issuer=issuer)
    keys = PublishedKeys(issuer, allow_loopback=True, transport=httpx.MockTransport(provider))
    assert await keys.key("oud")
    with pytest.raises(ValueError, match="plain https"):
        PublishedKeys("http://aanmelden.voorbeeld.invalid", allow_loopback=True)
    provider.discovery["jwks_uri"] = "http://127.0.0.1.voorbeeld.invalid/jwks"
    again = PublishedKeys(issuer, allow_loopback=True, transport=httpx.MockTransport(provider))
    with pytest.raises(IdentityProviderUnavailable):
        await again.key("oud")


async def test_a_stream_without_end_is_cut_off() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 16_384

    provider = FakeProvider(OLD)
    provider.answer = lambda _request: httpx.Response(200, content=endless())
    with pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert sent <= MAX_DOCUMENT_BYTES // 16_384 + 2


async def test_a_provider_that_hangs_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.integrations.identity_provider.FETCH_SECONDS", 0.05)
    provider = FakeProvider(OLD)
    provider.open.clear()
    with pytest.raises(IdentityProviderUnavailable):
        await asyncio.wait_for(keys_of(provider).key("oud"), 5)


async def test_compression_is_not_asked_for_and_not_unpacked() -> None:
    seen: list[str] = []
    provider = FakeProvider(OLD)

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["Accept-Encoding"])
        document = provider.discovery if request.url.path.endswith(DISCOVERY) else provider.key_set
        return respond(200, gzip.compress(json.dumps(document).encode()), {"Content-Encoding": "gzip"})

    provider.answer = answer
    with pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert seen == ["identity"]


async def test_keys_that_are_outdated_are_asked_for_again_so_a_withdrawn_one_stops() -> None:
    provider, clock = FakeProvider(OLD, NEW), Clock()
    keys = keys_of(provider, clock)
    assert await keys.key("oud")
    provider.publish(NEW)
    clock.pass_by(OUTDATED_AFTER)
    assert await keys.key("oud")
    clock.pass_by(1)
    assert await keys.key("oud") is None
    assert provider.attempts == 2


async def test_one_caller_renews_outdated_keys_and_the_others_do_not_wait() -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    assert await keys.key("oud")
    clock.pass_by(OUTDATED_AFTER + 1)
    provider.open.clear()
    renewing = asyncio.create_task(keys.key("oud"))
    await asyncio.sleep(0.01)
    assert await asyncio.wait_for(keys.key("oud"), 1)
    assert not renewing.done()
    provider.open.set()
    assert await renewing
    assert provider.attempts == 2


async def test_a_set_without_a_usable_key_counts_as_an_outage() -> None:
    provider, clock = FakeProvider(OLD), Clock()
    keys = keys_of(provider, clock)
    assert await keys.key("oud")
    provider.key_set = {"keys": []}
    clock.pass_by(OUTDATED_AFTER + 1)
    assert await keys.key("oud")


async def test_the_log_says_what_failed_and_not_what_was_answered(caplog: pytest.LogCaptureFixture) -> None:
    provider = FakeProvider(OLD)
    provider.answer = answering(body=b'{"geheim": "zeg het niet verder')
    with caplog.at_level(logging.WARNING), pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert [record.getMessage() for record in caplog.records] == ["identity provider: InvalidJson"]
    provider.answer = answering(503)
    with caplog.at_level(logging.WARNING), pytest.raises(IdentityProviderUnavailable):
        await keys_of(provider).key("oud")
    assert caplog.records[-1].getMessage() == "identity provider: answered 503"
    assert "zeg het niet" not in caplog.text


def ids(published: list[Any]) -> set[str]:
    keys: dict[str, VerificationKey] = dict(usable_keys({"keys": published}))
    return set(keys)


async def test_unusable_keys_are_passed_over_and_ids_must_be_unique() -> None:
    old, new = OLD.jwk(), NEW.jwk()
    assert ids([old, new]) == {"oud", "nieuw"}
    assert ids([old, {**new, "use": "enc"}]) == {"oud"}
    assert ids([old, {**new, "alg": "RS512"}]) == {"oud"}
    assert ids([old, {**new, "kty": "oct", "k": "AAAA"}]) == {"oud"}
    assert ids([old, {name: value for name, value in new.items() if name != "kid"}]) == {"oud"}
    assert ids([old, {**new, "kid": 1}, {**new, "kid": ["oud"]}, None, "oud", [], {}]) == {"oud"}
    assert ids([old, new, {**new, "kid": "oud"}]) == {"nieuw"}
    # One and the same key published for encryption under the same id leaves the other in use.
    assert ids([old, {**old, "use": "enc"}]) == {"oud"}


@pytest.mark.parametrize(
    "key_set",
    [
        {},
        {"keys": None},
        {"keys": {}},
        {"keys": "oud"},
        {"keys": []},
        {"keys": [{**OLD.jwk(), "use": "enc"}]},
        {"keys": [OLD.jwk(), OLD.jwk()]},
        {"keys": [{**OLD.jwk(), "kid": f"k{number}"} for number in range(MAX_PUBLISHED_KEYS + 1)]},
    ],
)
async def test_what_holds_no_usable_key_is_a_fault(key_set: dict[str, Any]) -> None:
    with pytest.raises(ProviderFault):
        usable_keys(json.loads(json.dumps(key_set)))
