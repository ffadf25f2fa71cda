"""The numbers for Prometheus. Labels are words of our own (templates, codes, classes): their number is bounded."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from platform import python_version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

log = logging.getLogger(__name__)

PREFIX = "ondersteuningsroute_"
UNKNOWN_ROUTE = "unknown"
"""Every path that is not in the contract, together: otherwise whoever asks for invented paths makes series."""

_RETRY_SECONDS = 2.0

disable_created_metrics()  # type: ignore[no-untyped-call]  # half as many series; nobody reads when a series began
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

REQUESTS = Histogram(
    f"{PREFIX}request_seconds",
    "Requests by method, path of the contract and class of status, with how long they took",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
IN_FLIGHT = Gauge(f"{PREFIX}requests_in_flight", "Requests being served now", registry=REGISTRY)
REFUSALS = Counter(f"{PREFIX}refusals", "Problems told to callers, by code", ("code",), registry=REGISTRY)
TOKEN_REFUSALS = Counter(f"{PREFIX}token_refusals", "Access tokens refused, by reason", ("reason",), registry=REGISTRY)
KEY_FETCHES = Counter(
    f"{PREFIX}key_fetches", "Times the provider's keys were asked for, by outcome", ("outcome",), registry=REGISTRY
)
OUTBOX_WAITING = Gauge(f"{PREFIX}outbox_waiting", "Facts not delivered yet", registry=REGISTRY)
OUTBOX_OLDEST = Gauge(f"{PREFIX}outbox_oldest_seconds", "Age of the oldest of them", registry=REGISTRY)
OUTBOX_DELIVERED = Counter(f"{PREFIX}outbox_delivered", "Facts delivered by this process", registry=REGISTRY)
WORKER_ROUND = Gauge(
    f"{PREFIX}worker_round_timestamp_seconds", "When the worker last ended a round of its duties", registry=REGISTRY
)
WORKER_FAULTS = Counter(f"{PREFIX}worker_faults", "Duties of the worker that failed", ("duty",), registry=REGISTRY)
BUILD = Info(f"{PREFIX}build", "What runs", registry=REGISTRY)


def built(version: str) -> None:
    """Say which version runs."""
    BUILD.info({"version": version, "python": python_version()})


_Stats = Callable[[], Mapping[str, int]]
_pools: list[_Stats] = []


@contextmanager
def reporting(pool: _Stats) -> Iterator[None]:
    """Report this pool's own counts (psycopg_pool's `get_stats`) until the block ends: it is read when asked."""
    _pools.append(pool)
    try:
        yield
    finally:
        _pools.remove(pool)


class _Pools(Collector):
    """The pools of this process, together."""

    def collect(self) -> Iterator[Metric]:
        """What they say now."""
        stats = [each() for each in _pools]

        def total(name: str) -> float:
            return float(sum(each.get(name, 0) for each in stats))

        connections = GaugeMetricFamily(f"{PREFIX}pool_connections", "Connections to the database", labels=["state"])
        connections.add_metric(["idle"], total("pool_available"))
        connections.add_metric(["in_use"], total("pool_size") - total("pool_available"))
        yield connections
        yield GaugeMetricFamily(f"{PREFIX}pool_limit", "Connections it may open", total("pool_max"))
        yield GaugeMetricFamily(f"{PREFIX}pool_waiting", "Requests waiting for one", total("requests_waiting"))
        yield CounterMetricFamily(f"{PREFIX}pool_requests", "Times one was asked for", total("requests_num"))
        yield CounterMetricFamily(f"{PREFIX}pool_queued", "Times none was free", total("requests_queued"))
        waited, used = total("requests_wait_ms") / 1000, total("usage_ms") / 1000
        yield CounterMetricFamily(f"{PREFIX}pool_wait_seconds", "Time waited for one, in all", waited)
        yield CounterMetricFamily(f"{PREFIX}pool_usage_seconds", "Time they were in use, in all", used)
        yield CounterMetricFamily(f"{PREFIX}pool_timeouts", "Times none came in time", total("requests_errors"))
        failed = total("connections_errors")
        yield CounterMetricFamily(f"{PREFIX}pool_connection_errors", "Connections that could not be made", failed)
        yield CounterMetricFamily(f"{PREFIX}pool_connections_lost", "Connections lost", total("connections_lost"))


REGISTRY.register(_Pools())


@contextmanager
def served(host: str, port: int) -> Iterator[None]:
    """Serve the numbers on an address of their own until the block ends; port 0 serves none.

    A port that is taken (by the process that this one replaces) is tried again, and never keeps the service from
    starting.
    """
    if not port:
        yield
        return
    ended = threading.Event()
    listener = threading.Thread(target=_listen, args=(host, port, ended), name="metrics", daemon=True)
    listener.start()
    try:
        yield
    finally:
        ended.set()
        listener.join()


def _listen(host: str, port: int, ended: threading.Event) -> None:
    told = False
    while not ended.is_set():
        try:
            server, thread = start_http_server(port, host, REGISTRY)
        except OSError as fault:
            if not told:
                log.warning("no metrics yet: their port cannot be had (%s)", type(fault).__name__)
                told = True
            ended.wait(_RETRY_SECONDS)
            continue
        ended.wait()
        server.shutdown()
        server.server_close()
        thread.join()
