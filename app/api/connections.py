"""The connections themselves: how long each part of a request may take, how large its head, how many there may be.

uvicorn waits for a head, and for somebody to take an answer, for as long as the connection stands: whoever opens many
and says nothing would hold them all. Its own refusals are plain text; here they are problems, as everywhere.
"""

import asyncio
import socket
import sys
from http import HTTPStatus
from typing import Any

import h11
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.api.contract import VERSION
from app.api.edge import LARGEST_HEAD, PROTECTION
from app.api.problems import problem

MOST_CONNECTIONS = 800
"""In one process. Many systems give a process 1024 files, and the pool and the log need some of them."""

SLOWEST_HEAD = 10  # seconds from its first byte; also for what a refused body still sends after the answer
LONGEST_REQUEST = 60  # seconds from the head to the last byte of the answer: the database gives up well before
IDLE = 30  # seconds; longer than the proxy's, so that the proxy never asks on a connection that we just closed


def manners(trusted_proxies: list[str]) -> dict[str, Any]:
    """How uvicorn treats its connections: the same for the service, the demo and the tests.

    `X-Forwarded-For` and `X-Forwarded-Proto` are believed from these addresses and networks, and from nobody else.
    They choose the count of strangers an address falls under, never who calls: that is the token's alone.
    """
    return {
        "http": Connection,
        "ws": "none",
        "proxy_headers": bool(trusted_proxies),
        "forwarded_allow_ips": trusted_proxies,
        "server_header": False,
        "access_log": False,  # the audit says who did what; a second list of addresses would be one to protect
        "h11_max_incomplete_event_size": LARGEST_HEAD,
        "timeout_keep_alive": IDLE,
    }


class Connection(H11Protocol):
    """One connection, with a deadline for whatever is going on in it."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for a first request, but not for ever; beyond the bound, not at all."""
        super().connection_made(transport)
        # An answer leaves in two writes. On a socket that several processes share asyncio does not switch off waiting
        # for more (its protocol number is unknown): the second write waited for a late ACK, 40 ms on each answer.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(problem(503, headers={"Retry-After": "5"}))
        else:
            self._within(SLOWEST_HEAD)

    def data_received(self, data: bytes) -> None:
        """Read on: a head that has begun must end in time, and then the request it announces."""
        running = self.cycle
        if (running is None or running.response_complete) and self._deadline is None:
            self._within(SLOWEST_HEAD)
        super().data_received(data)
        if self.cycle is not running:
            self._within(LONGEST_REQUEST)

    def on_response_complete(self) -> None:
        """Idle now, for as long as uvicorn lets it, unless the next request was sent along."""
        answered = self.cycle
        super().on_response_complete()
        if self.cycle is not answered:
            self._within(LONGEST_REQUEST)
        else:
            self._at_ease()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to wait for any more."""
        self._at_ease()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or too much of it. Called by uvicorn while it handles the parser's complaint."""
        del msg
        complaint = sys.exception()
        too_large = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        hint = complaint.error_status_hint if isinstance(complaint, h11.RemoteProtocolError) else None
        self._refuse(problem(too_large if hint == too_large else HTTPStatus.BAD_REQUEST, "geen-http"))

    def _refuse(self, answer: Response) -> None:
        """An answer without an application, and the end of the connection."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            protection = [*PROTECTION, (b"api-version", VERSION.encode()), (b"connection", b"close")]
            head = h11.Response(status_code=answer.status_code, headers=[*answer.raw_headers, *protection])
            for event in (head, h11.Data(data=bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _within(self, seconds: float) -> None:
        self._at_ease()
        # Abort and not close: who takes no bytes would keep a closing connection waiting too.
        self._deadline = self.loop.call_later(seconds, self.transport.abort)

    def _at_ease(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
