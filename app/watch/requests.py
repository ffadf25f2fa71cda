"""ASGI around the whole application: each request becomes one log line and one measurement, in its trace."""

import logging
from dataclasses import dataclass
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.watch.metrics import IN_FLIGHT, REFUSALS, REQUESTS, UNKNOWN_ROUTE
from app.watch.seen import Seen, unwatch, watch
from app.watch.tracing import continued

log = logging.getLogger("app.request")

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_PROBES = frozenset({"/health/live", "/health/ready"})
_GOOD = 200
_BAD = 500


@dataclass(slots=True)
class Leaving:
    """Whether this process was told to stop: it takes what comes, and asks nobody to come again."""

    now: bool = False


class Watched:
    """Serves through `app`, and watches. While `leaving`, each answer ends its connection."""

    def __init__(self, app: ASGIApp, *, leaving: Leaving) -> None:
        self._app = app
        self._leaving = leaving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        request = Seen(continued(scope["headers"]))
        token = watch(request)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                request.status = message["status"]
                if self._leaving.now:
                    message["headers"] = [*message["headers"], (b"connection", b"close")]
            else:
                request.bytes_out += len(message.get("body", b""))
            await send(message)

        IN_FLIGHT.inc()
        try:
            await self._app(scope, receive, sending)
        except BaseException as error:
            request.fault = request.fault or type(error).__name__
            raise
        finally:
            IN_FLIGHT.dec()
            _tell(request, scope, perf_counter() - started)
            unwatch(token)


def _tell(request: Seen, scope: Scope, seconds: float) -> None:
    """The measurement and the line. Status 0 is a request that was broken off before its answer began."""
    if request.untold and 0 < request.status < _BAD:
        return
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    probe = scope["path"] in _PROBES
    route = scope["path"] if probe else request.route or UNKNOWN_ROUTE
    REQUESTS.labels(method, route, f"{request.status // 100}xx").observe(seconds)
    if request.code:
        REFUSALS.labels(request.code).inc()
    if probe and request.status == _GOOD:
        return  # asked every few seconds: a line is written when it goes wrong
    fields: dict[str, object] = {
        "method": method,
        "route": route,
        "status": request.status,
        "ms": round(seconds * 1000, 1),
        "bytes": request.bytes_out,
    }
    for name in ("client_id", "code", "instance", "fault"):
        if value := getattr(request, name):
            fields[name] = value
    level = logging.INFO if 0 < request.status < _BAD else logging.WARNING
    log.log(level, "request", extra={"fields": fields})
