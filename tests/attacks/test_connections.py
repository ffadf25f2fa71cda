"""Who talks HTTP badly, slowly, or without end: at the service itself, on a real socket."""

import asyncio
import json
from contextlib import AsyncExitStack

import pytest
from starlette.types import Receive, Scope, Send

from app.api import connections, edge
from tests.attacks.wire import HIDDEN, LAST, LIVE, NO_HTTP, answer, dialled, listening, post, service, statuses, until
from tests.contract.conformity import EVERY_ANSWER

pytestmark = pytest.mark.anyio


def problem_of(received: bytes) -> dict[str, object]:
    """The one problem that came back, with the headers of every answer."""
    head, _, body = received.partition(b"\r\n\r\n")
    names = {line.split(b":")[0].lower().decode() for line in head.split(b"\r\n")[1:]}
    assert set(EVERY_ANSWER) <= names
    assert b"application/problem+json" in head
    told: dict[str, object] = json.loads(body)
    return told


async def test_a_head_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST_HEAD", 0.4)
    trickle: list[object] = [part for byte in LIVE[:40] for part in (bytes([byte]), 0.05)]
    slow: dict[str, list[object]] = {
        "nothing at all": [],
        "half a line": [b"GET /health"],
        "no last line": [LIVE[:-2]],
        "a byte at a time": trickle,
    }
    async with listening(service()) as port:
        for name, parts in slow.items():
            began = asyncio.get_running_loop().time()
            assert await answer(port, *parts) == b"", name
            assert asyncio.get_running_loop().time() - began < 1.5, name
        # The same on a connection that served before: the deadline counts from the head's first byte.
        assert statuses(await answer(port, LIVE, 0.1, LIVE[:20])) == [200]
        assert statuses(await answer(port, LIVE, 0.6, LAST)) == [200, 200], "being idle is no fault"


async def test_a_body_that_dawdles_is_408_and_then_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "SLOWEST_BODY", 0.3)
    monkeypatch.setattr(connections, "SLOWEST_HEAD", 0.3)
    drops = [part for _ in range(100) for part in (b" ", 0.05)]
    async with listening(service()) as port:
        for framing, parts in (
            ("Content-Length: 1000", drops),
            ("Transfer-Encoding: chunked", [part if part != b" " else b"1\r\n \r\n" for part in drops]),
        ):
            began = asyncio.get_running_loop().time()
            received = await answer(port, post(framing), *parts)
            assert statuses(received) == [408]
            assert problem_of(received)["type"] == "urn:ondersteuningsroute:problem:te-traag"
            assert asyncio.get_running_loop().time() - began < 2, "nor may it go on after the answer"


async def test_a_body_without_end_is_413_or_401_and_then_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST_HEAD", 0.3)
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    async with listening(service()) as port:
        for token, status in ((True, 413), (False, 401)):
            ends = await answer(
                port, post("Transfer-Encoding: chunked", token=token), *[chunk] * 20, *[chunk, 0.05] * 40
            )
            assert statuses(ends) == [status]


async def test_a_caller_who_sends_the_rest_in_time_can_go_on() -> None:
    large = b" " * (edge.LARGEST_BODY + 70_000)
    async with listening(service()) as port:
        received = await answer(port, post(f"Content-Length: {len(large)}", body=large), LAST)
        assert statuses(received) == [413, 200]


async def test_hundreds_that_say_nothing_keep_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SLOWEST_HEAD", 1.0)
    async with listening(service()) as port, AsyncExitStack() as held:
        readers = []
        for _ in range(300):
            reader, _ = await held.enter_async_context(dialled(port))
            readers.append(reader)
        assert statuses(await answer(port, LAST)) == [200]
        assert await asyncio.wait_for(asyncio.gather(*(reader.read() for reader in readers)), 5) == [b""] * 300


async def test_beyond_the_bound_a_connection_gets_503_and_there_is_room_again_afterwards(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 5)
    async with listening(service()) as port:
        async with AsyncExitStack() as held:
            for _ in range(5):
                await held.enter_async_context(dialled(port))
            received = await answer(port)
            assert statuses(received) == [503]
            assert b"retry-after: 5" in received
            assert problem_of(received)["status"] == 503
        await asyncio.sleep(0.1)
        assert statuses(await answer(port, LAST)) == [200]


async def test_who_does_not_take_the_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST_REQUEST", 0.4)
    ended = asyncio.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(1000):
            await send({"type": "http.response.body", "body": b" " * 1_000_000, "more_body": True})
            await asyncio.sleep(0)
        ended.set()

    async with listening(endless) as port, dialled(port) as (_, writer):
        writer.write(LIVE)
        await until(ended.is_set)


HEADS = {
    "one large header": b"X-Large: " + b"x" * 20_000,
    "many headers": b"\r\n".join(b"X-%d: y" % number for number in range(3000)),
    "a large token": b"Authorization: Bearer " + b"x" * 30_000,
}


@pytest.mark.parametrize("name", HEADS)
async def test_a_head_of_more_than_16_kib_is_431(name: str) -> None:
    async with listening(service()) as port:
        received = await answer(port, b"GET /v1/me HTTP/1.1\r\nHost: x\r\n" + HEADS[name] + b"\r\n\r\n")
        assert statuses(received) == [431]
        assert problem_of(received)["status"] == 431
        assert statuses(await answer(port, LAST)) == [200]


async def test_a_long_address_is_431_and_one_that_fits_is_read() -> None:
    async with listening(service()) as port:
        for length, status in ((20_000, 431), (200_000, 431), (8_000, 401)):
            request = b"GET /v1/cases/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" % (b"x" * length)
            assert statuses(await answer(port, request)) == [status], length


@pytest.mark.parametrize("name", NO_HTTP)
async def test_what_two_readers_could_read_differently_is_refused_whole(name: str) -> None:
    """One answer, and the connection closed: nothing behind it was taken for a request of its own."""
    async with listening(service()) as port:
        received = await answer(port, NO_HTTP[name], patience=3)
        assert statuses(received) == [statuses(received)[0]]
        assert statuses(received)[0] in {400, 431, 501, 505}, received
        problem_of(received)
        assert statuses(await answer(port, LAST)) == [200]


async def test_what_may_be_read_in_one_way_only_is_one_request() -> None:
    """RFC 9112 §2.2 and §5.2 let a reader take these; each is one request, with one answer."""
    lenient = {
        "bare line feeds": LAST.replace(b"\r\n", b"\n"),
        "a folded header": LAST[:-2] + b"X-A: a\r\n b\r\n\r\n",
        "a length twice, the same": post("Content-Length: 2", "Content-Length: 2", "Connection: close", body=b"[]"),
        "a body with a GET": LAST[:-2] + b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN,
    }
    async with listening(service()) as port:
        for name, request in lenient.items():
            assert len(statuses(await answer(port, request))) == 1, name


async def test_nobody_but_the_named_proxy_says_where_a_caller_comes_from() -> None:
    def stranger(address: str) -> bytes:
        return b"GET /v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: %s\r\n\r\n" % address.encode()

    for trusted, expected in (((), 429), (("192.0.2.0/24",), 429), (("127.0.0.1/32",), 401)):
        async with listening(service(rate_limit_anonymous=1), trusted) as port:
            assert statuses(await answer(port, stranger("198.51.100.1"))) == [401]
            assert statuses(await answer(port, stranger("198.51.100.2"))) == [expected], trusted
            # The last address is the one that the proxy wrote; what stood before it the caller made up.
            assert statuses(await answer(port, stranger("203.0.113.9, 198.51.100.2"))) == [429], trusted
