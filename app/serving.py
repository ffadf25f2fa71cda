"""The service as processes: how one starts and stops, and how several are kept alive.

Told to stop, a process first says so (readiness, and the end of each connection it answers on), goes on serving for
`stop_delay`, then takes no new connection, lets what runs end within `stop_grace`, and is gone. Told twice, at once.
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from app.api.connections import manners
from app.api.contract import VERSION
from app.main import create_app
from app.settings import Settings
from app.watch import logs, metrics
from app.watch.requests import Leaving

log = logging.getLogger(__name__)

_BACKLOG = 2048
_LOOK_EVERY = 0.2
_REPLACE_AFTER = 1.0
"""Seconds before a process that ended by itself is replaced: one that ends at once must not keep a core busy."""

_Orders = tuple[signal.Signals, ...]
_AFTER_GRACE = 5
"""Seconds for closing the pool and the rest, before a process that does not end is killed."""


def listener(host: str, port: int) -> socket.socket:
    """The service's address, taken. Raises OSError when it cannot be had."""
    return socket.create_server((host, port), family=_family(host), backlog=_BACKLOG)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def serve(settings: Settings, taken: socket.socket, processes: int = 1) -> int:
    """Serve until told to stop; the exit code: 0 when it went in order."""
    if processes == 1:
        return _serve_alone(settings, taken)
    return _keep(settings, taken, processes)


class _Server(uvicorn.Server):
    """uvicorn, which says goodbye first, and ends with 0 when it was told to."""

    def __init__(self, config: uvicorn.Config, leaving: Leaving, delay: float, orders: _Orders) -> None:
        super().__init__(config)
        self._leaving = leaving
        self._delay = delay
        self._orders = orders
        self._closes_at = float("inf")

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Listens to the orders that are ours. They are not raised again at the end: that would hide how it went."""
        before = {order: signal.signal(order, self._told) for order in self._orders}
        yield
        for order, handler in before.items():
            signal.signal(order, handler)

    def _told(self, order: int, _: FrameType | None) -> None:
        if self._leaving.now:
            os._exit(1)  # what ran is undone by the database
        self._leaving.now = True
        # Somebody at the keyboard is not a load balancer, which must hear of it before the door closes.
        self._closes_at = time.monotonic() + (self._delay if order == signal.SIGTERM else 0)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn, with a line of ours."""
        await super().startup(sockets)
        log.info("started", extra={"fields": {"version": VERSION}})

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether the door closes now."""
        self.should_exit = self.should_exit or time.monotonic() >= self._closes_at
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn, with a line of ours before and after."""
        log.info("stopping", extra={"fields": {"connections": len(self.server_state.connections)}})
        await super().shutdown(sockets)
        log.info("stopped")


def _serve_alone(
    settings: Settings,
    taken: socket.socket,
    number: int = 0,
    orders: _Orders = (signal.SIGTERM, signal.SIGINT),
) -> int:
    logs.configure(settings.log_format)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        log_config=None,
        timeout_graceful_shutdown=settings.stop_grace,
        **manners(settings.trusted_proxies),
    )
    server = _Server(config, app.state.leaving, settings.stop_delay, orders)
    port = settings.metrics_port + number if settings.metrics_port else 0
    with metrics.served(settings.metrics_host, port):
        server.run([taken])
    return 0 if server.started else STARTUP_FAILURE


def _keep(settings: Settings, taken: socket.socket, count: int) -> int:
    """Several processes on one address, each replaced when it dies; told to stop, all of them are."""
    logs.configure(settings.log_format)
    told: list[int] = []
    for order in (signal.SIGTERM, signal.SIGINT):
        signal.signal(order, lambda number, _: told.append(number))
    children = [_started(settings, taken, number) for number in range(count)]
    failed = False
    while not told and not failed:
        wait([child.sentinel for child in children], timeout=_LOOK_EVERY)
        for number, child in enumerate(children):
            if child.exitcode is None or told:
                continue
            failed = child.exitcode == STARTUP_FAILURE
            log.error("a process ended", extra={"fields": {"which": child.pid, "exitcode": child.exitcode}})
            if not failed:
                time.sleep(_REPLACE_AFTER)
                children[number] = _started(settings, taken, number)
    taken.close()  # or the system would go on taking connections for it after the last process stopped
    return 1 if _end(children, told, settings.stop_delay + settings.stop_grace + _AFTER_GRACE) or failed else 0


def _started(settings: Settings, taken: socket.socket, number: int) -> SpawnProcess:
    # Spawned, not forked: each has its own connections, keys and random numbers.
    child = multiprocessing.get_context("spawn").Process(target=_serve_child, args=(settings, taken, number))
    child.daemon = True
    child.start()
    return child


def _end(children: list[SpawnProcess], told: list[int], patience: float) -> bool:
    """Ends them all, those that do not listen in time or when told once more by force; whether that was needed."""
    for child in children:
        child.terminate()
    until = time.monotonic() + patience
    while (living := [child for child in children if child.exitcode is None]) and time.monotonic() < until:
        if len(told) > 1:
            break
        wait([child.sentinel for child in living], timeout=_LOOK_EVERY)
    for child in living:
        child.kill()
    for child in children:
        child.join()
    return bool(living)


def _serve_child(settings: Settings, taken: socket.socket, number: int) -> None:
    # A Ctrl-C reaches the whole group: the parent passes it on, in its own way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.exit(_serve_alone(settings, taken, number, orders=(signal.SIGTERM,)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
