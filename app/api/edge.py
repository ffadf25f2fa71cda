"""The edge: what every request meets first and every answer last.

Who calls (401), whether the endpoint exists (404, 405), whether the body can be read (413, 415, 400); then headers on
every answer, also on errors, and one last handler, so that nothing leaves without a problem document.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.limits import Limits
from app.api.problems import fault, problem, wants_english
from app.api.route_pages import public_paths
from app.db.answers import ANSWERING, Answer
from app.domain.errors import Fault
from app.integrations.access_tokens import AccessTokenVerifier
from app.integrations.identity_provider import IdentityProviderUnavailable
from app.integrations.signatures import InvalidToken
from app.integrations.strict_json import parse_object
from app.watch.logs import described
from app.watch.metrics import TOKEN_REFUSALS
from app.watch.seen import note_fault, seen

log = logging.getLogger(__name__)

LARGEST_HEAD = 16 * 1024  # a token is at most 8 KiB
LARGEST_BODY = 1024 * 1024
SLOWEST_BODY = 20  # seconds from the headers to the last byte of the body
_PROTECTION = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
PROTECTION = [(name.lower().encode(), value.encode()) for name, value in _PROTECTION.items()]
# Open to everybody, from any origin: the contract, the page to read it by, and the routes with their pictures.
PUBLIC = frozenset({"/openapi.json", "/docs"}) | public_paths()
_PUBLIC_METHODS = {path: dict.fromkeys(("GET", "HEAD"), (path, frozenset[str]())) for path in PUBLIC}
# RFC 9112 §6.1: who sends both wants two readers to see two different requests.
_FRAMED_TWICE = frozenset({b"content-length", b"transfer-encoding"})
_READS_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_READ_AGAIN = 3  # how often a read that comes too late is done before that is told


class Endpoints:
    """Which paths there are, with which methods: read from the contract, so that it cannot differ from it."""

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._paths = [
            (
                re.compile(re.sub(r"\{[^}/]+\}", "[^/]+", path)),
                path,
                {method.upper(): _query_names(operation) for method, operation in operations.items()},
            )
            for path, operations in contract["paths"].items()
        ]

    def found(self, path: str) -> dict[str, tuple[str, frozenset[str]]]:
        """By method, HEAD with GET: the path as the contract writes it, and its query parameters.

        Empty when there is no such path. A trailing slash is another path. A path that stands in the contract as it is
        goes before one with a parameter in its place (OpenAPI 3.1, Paths Object).
        """
        found: dict[str, tuple[str, frozenset[str]]] = {}
        plain = any(path == template for _, template, _ in self._paths)
        for pattern, template, methods in self._paths:
            if path == template or (not plain and pattern.fullmatch(path)):
                found = {method: (template, names) for method, names in methods.items()} | found
        return found | {"HEAD": found["GET"]} if "GET" in found else found


def _query_names(operation: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(each["name"] for each in operation.get("parameters", ()) if each["in"] == "query")


def _query_faults(given: QueryParams, known: frozenset[str]) -> list[Fault]:
    """Parameters that do not exist, or stand twice: what was sent is not echoed, what is known is named."""
    names = [name for name, _ in given.multi_items()]
    listed = ", ".join(sorted(known)) or "-"
    faults = []
    if set(names) - known:
        faults.append(
            Fault("", "onbekende_parameter", f"Alleen deze bestaan: {listed}.", f"Only these exist: {listed}.")
        )
    faults += [
        Fault(name, "dubbel", "Geef deze parameter één keer.", "Give this parameter once.")
        for name in sorted(known)
        if names.count(name) > 1
    ]
    return faults


def _header_faults(given: Headers) -> list[Fault]:
    """Headers of which two would be two answers to one question: one reader would take the first, another the last."""
    return [
        Fault(name, "dubbel", "Geef deze header één keer.", "Give this header once.")
        for name in ("content-type", "idempotency-key")
        if len(given.getlist(name)) > 1
    ]


class AnswerBrokenOff(Exception):  # noqa: N818 — reads as the fact it states
    """An answer of which a part had left failed: the server ends the connection. It carries no text and no cause."""


def _unsound(scope: Scope) -> int | None:
    """The status of a request that the parser let pass and nobody should read: framed twice, too large, of no HTTP."""
    names = {name for name, _ in scope["headers"]}
    if names >= _FRAMED_TWICE:
        return 400
    # The parser bounds a head that comes in pieces; one that comes at once may be as large as the system's buffer.
    size = len(scope.get("raw_path") or b"") + len(scope["query_string"])
    if size + sum(len(name) + len(value) for name, value in scope["headers"]) > LARGEST_HEAD:
        return 431
    return None if scope["http_version"] in {"1.0", "1.1"} else 505


class Sealed:
    """ASGI around everything: version and protection on each answer, whoever made it, and an answer always."""

    def __init__(self, app: ASGIApp, *, version: str) -> None:
        self._app = app
        self._headers = [*PROTECTION, (b"api-version", version.encode())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        leaving = _Leaving()

        async def sending(message: Message) -> None:
            leaving.notice(message)
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                missing = [(name, value) for name, value in self._headers if name not in present]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        refused = _unsound(scope) if scope["type"] == "http" else None
        if refused is not None:
            await problem(refused, "geen-http", headers={"Connection": "close"})(scope, receive, sending)
            return
        try:
            await self._app(scope, receive, sending)
        except AnswerBrokenOff:
            raise
        except Exception as error:
            if scope["type"] != "http":
                raise
            await _broken(error, leaving, scope, receive, sending)


class _Leaving:
    """How far an answer has left."""

    started = False
    ended = False

    def notice(self, message: Message) -> None:
        """One more message of it leaves."""
        if message["type"] == "http.response.start":
            self.started = True
        elif message["type"] == "http.response.body":
            self.ended = not message.get("more_body", False)

    def through(self, scope: Scope, send: Send) -> Send:
        """`send`, watched: a HEAD leaves without its body, the contract is open to every origin, quotas are told."""

        async def sending(message: Message) -> None:
            self.notice(message)
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *scope["state"].get("quota", ())]
                if _path(scope) in PUBLIC:
                    message["headers"] = [*message["headers"], (b"access-control-allow-origin", b"*")]
            elif message["type"] == "http.response.body" and scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        return sending


class _InTime:
    """`send`, for an answer that leaves in time or not at all: what it holds may have been taken back since."""

    def __init__(self, answer: Answer, send: Send) -> None:
        self._answer = answer
        self._send = send
        self.kept_back = False

    async def __call__(self, message: Message) -> None:
        """Let it through, unless it is of an answer that came too late."""
        if message["type"] == "http.response.start" and self._answer.too_late:
            self.kept_back = True
        if not self.kept_back:
            await self._send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._answer.leave()


async def _broken(error: Exception, leaving: _Leaving, scope: Scope, receive: Receive, sending: Send) -> None:
    """The last handler: whatever it was, the caller gets a problem.

    Raises AnswerBrokenOff when a part of the answer had left.
    """
    # Class and frames: the text of an exception may hold what was sent.
    note_fault(error)
    log.error("unhandled %s", type(error).__name__, extra={"fields": described(error)})
    if not leaving.started:
        await problem(500, english=_english(Request(scope)))(scope, receive, sending)
    elif not leaving.ended:
        raise AnswerBrokenOff from None


class Edge:
    """ASGI around the versioned API; `scope["state"]["subject"]` tells the rest who calls."""

    def __init__(self, app: ASGIApp, *, endpoints: Endpoints, verifier: AccessTokenVerifier, limits: Limits) -> None:
        self._app = app
        self._endpoints = endpoints
        self._verifier = verifier
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        request = Request(scope, receive)
        leaving = _Leaving()
        sending = leaving.through(scope, send)
        try:
            refusal, receive = await self._admit(request, scope, receive)
            if refusal is None:
                refusal = await self._answered(scope, receive, sending, english=_english(request))
            if refusal is not None:
                await refusal(scope, receive, sending)
        except ClientDisconnect:
            return  # halfway its own body: nothing was done, and nobody is there to be told
        except Exception as error:  # noqa: BLE001 — whatever it was
            await _broken(error, leaving, scope, receive, sending)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, *, english: bool) -> Response | None:
        """Let the API answer; None when that left, 503 when it came too late.

        A read that came too late is done again: a stall is over by then, and what was taken back since is not in it.
        """
        reads = scope["method"] not in _READS_BODY
        for _ in range(_READ_AGAIN if reads else 1):
            answer = Answer()
            mine = ANSWERING.set(answer)
            in_time = _InTime(answer, send)
            try:
                await self._app({**scope, "method": "GET"} if reads else scope, receive, in_time)
            finally:
                answer.leave()
                ANSWERING.reset(mine)
            if not in_time.kept_back:
                return None
        return problem(503, english=english, headers={"Retry-After": "1"})

    async def _admit(self, request: Request, scope: Scope, receive: Receive) -> tuple[Response | None, Receive]:
        """A refusal at the edge, or None and the body to read."""
        english = _english(request)
        path = _path(scope)
        methods = _PUBLIC_METHODS.get(path) or self._endpoints.found(path)
        template, query = methods.get(scope["method"]) or next(iter(methods.values()), ("", frozenset()))
        if (watched := seen()) and template:
            watched.route = f"/v1{template}"
            watched.untold = template.startswith(_UNTOLD)
        refusal = None if path in PUBLIC else await self._authenticate(request, scope, english=english)
        refusal = self._within_quota(scope, path, english=english) or refusal
        if refusal is not None:
            return refusal, receive
        if not methods:
            return problem(404, english=english), receive
        if scope["method"] not in methods:
            return problem(405, english=english, headers={"Allow": ", ".join(sorted(methods))}), receive
        errors = [fault(each, english=english, where="query") for each in _query_faults(request.query_params, query)]
        errors += [fault(each, english=english, where="header") for each in _header_faults(request.headers)]
        if errors:
            return problem(400, english=english, errors=errors), receive
        if scope["method"] in _READS_BODY:
            return await _read(request, english=english)
        return None, receive

    def _within_quota(self, scope: Scope, path: str, *, english: bool) -> Response | None:
        """429 when it is too much. A sound token counts by itself: strangers at its address cannot use up its quota."""
        subject = scope["state"].get("subject")
        if subject is not None:
            quota = self._limits.of_caller(subject, scope["method"], path)
        else:
            quota = self._limits.of_stranger(scope["client"][0] if scope.get("client") else "")
        scope["state"]["quota"] = quota.headers
        return None if quota.allowed else problem(429, english=english, headers={"Retry-After": str(quota.reset)})

    async def _authenticate(self, request: Request, scope: Scope, *, english: bool) -> Response | None:
        given = request.headers.getlist("authorization")
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        try:
            if scheme.lower() != "bearer" or not token:
                return problem(401, english=english, headers={"WWW-Authenticate": "Bearer"})
            subject = await self._verifier.verify(token, now=int(time.time()))
        except InvalidToken as error:
            log.info("token refused: %s", error.reason.value)
            TOKEN_REFUSALS.labels(error.reason.value).inc()
            return problem(401, english=english, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        except IdentityProviderUnavailable as error:
            return problem(503, english=english, headers={"Retry-After": str(error.retry_after)})
        scope["state"]["subject"] = subject
        if watched := seen():
            watched.client_id = subject.client_id
        return None


def _path(scope: Scope) -> str:
    """The path under /v1, as the contract writes it."""
    return str(scope["path"]).removeprefix(str(scope.get("root_path", "")))


def _english(request: Request) -> bool:
    return wants_english(request.headers.get("accept-language", ""))


# A line in a log that somebody works in a track of the Meldcode, from which application and when, tells of the track.
_UNTOLD = "/meldcode-tracks"

# A NUL as JSON writes it: an odd number of backslashes before u0000.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def _storable(value: dict[str, Any]) -> None:
    """PostgreSQL keeps no NUL and UTF-8 no lone surrogate: such text could never come back as it was sent.

    Raises ValueError.
    """
    text = json.dumps(value, ensure_ascii=False)
    text.encode()
    if _NUL.search(text):
        raise ValueError


async def _read(request: Request, *, english: bool) -> tuple[Response | None, Receive]:
    """The body, read once within its bound and parsed strictly; handed on as it came."""
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST_BODY:
                    return problem(413, english=english), request.receive
    except TimeoutError:
        return problem(408, english=english), request.receive
    if body:
        media = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media != "application/json":
            return problem(415, english=english, headers={"Accept": "application/json"}), request.receive
        try:
            _storable(parse_object(bytes(body)))
        except ValueError:
            return problem(400, "onleesbaar", english=english), request.receive
    request.scope.setdefault("state", {})["body"] = bytes(body)
    handed = False

    async def again() -> Message:
        nonlocal handed
        if handed:
            return {"type": "http.disconnect"}
        handed = True
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    return None, again
