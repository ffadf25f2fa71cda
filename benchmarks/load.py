"""A load generator that costs little: a few keep-alive connections, the next request as soon as an answer is whole.

    python -m benchmarks.load --port 18100 --requests requests.bin --seconds 5

Requests are made beforehand (each write with a key of its own), so that while it measures it only sends, waits and
looks where an answer ends: some 15 µs a request. Why no tool of others: docs/adr/0070.
"""

import json
import pickle
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Annotated

import typer

CONNECTIONS = 8
_LENGTH = b"content-length: "
# Seconds for an answer; and for spreading the connections: a process may still be starting, and who accepts is chance.
PATIENCE, SPREADING = 20, 30


@dataclass
class Measured:
    """What one cell gave."""

    rate: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    answered: int = 0
    failed: int = 0
    size: int = 0
    # Share of one core that the measuring itself took.
    own: float = 0.0
    first_failure: str = ""

    def note(self, answer: "_Asking") -> None:
        """Whether an answer was what was asked for, and how long it is."""
        if answer.received[9:10] != b"2":  # HTTP/1.1 2xx
            self.failed += 1
            self.first_failure = self.first_failure or bytes(answer.received[:2000]).decode(errors="replace")
        self.size = answer.expected
        answer.received.clear()
        answer.expected = -1

    def sum_up(self, taken: list[float], passed: float) -> None:
        """The figures of these durations in seconds, shortest first."""
        if taken:
            self.answered, self.rate = len(taken), len(taken) / passed
            self.p50, self.p95, self.p99 = (1000 * taken[int(len(taken) * share)] for share in (0.5, 0.95, 0.99))


@dataclass
class _Asking:
    """One connection, with what it received of the answer it waits for."""

    connection: socket.socket
    began: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    expected: int = -1

    def whole(self) -> bool:
        """Take in what came, and whether the answer is complete."""
        chunk = self.connection.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server closed a connection")
        received = self.received
        received += chunk
        if self.expected < 0 and (head := received.find(b"\r\n\r\n")) >= 0:
            length = received.find(_LENGTH, 0, head + 2) + len(_LENGTH)
            self.expected = head + 4 + int(received[length : received.find(b"\r", length)])
        return 0 <= self.expected <= len(received)


def connected(port: int, processes: int) -> list[socket.socket]:
    """The connections, the same number at each process of the server."""
    found: dict[str, list[socket.socket]] = {}
    share = CONNECTIONS // processes
    until = time.monotonic() + SPREADING
    while time.monotonic() < until:
        connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(b"GET /bench/process HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = connection.recv(65536)
        while b"\r\n\r\n" not in answer or not answer.partition(b"\r\n\r\n")[2]:
            answer += connection.recv(65536)
        at = found.setdefault(answer.partition(b"\r\n\r\n")[2].decode(), [])
        if len(at) < share:
            at.append(connection)
        else:
            connection.close()
            time.sleep(0.01)
        if sum(map(len, found.values())) == share * processes:
            return [each for those in found.values() for each in those]
    raise RuntimeError(f"port {port}: the connections do not spread over {processes} processes")


def run(port: int, requests: list[bytes], *, seconds: float, warm: float, processes: int, again: bool) -> Measured:
    """Ask for that long, in order; `again` starts over when all requests were sent (reads), else that is the end."""
    clock, waiting, measured = time.perf_counter, selectors.DefaultSelector(), Measured()
    coming = cycle(requests) if again else iter(requests)
    asking = [_Asking(connection) for connection in connected(port, processes)]
    started, used = clock(), time.process_time()
    last = counts_from = started + warm
    ends = counts_from + seconds
    taken: list[float] = []
    for each in asking:
        each.connection.setblocking(False)  # noqa: FBT003 — the library's own name for it
        waiting.register(each.connection, selectors.EVENT_READ, each)
        each.began = clock()
        each.connection.send(next(coming))
    while waiting.get_map():
        for key, _ in waiting.select(PATIENCE):
            each = key.data
            if not each.whole():
                continue
            now = clock()
            if each.began >= counts_from and now <= ends:
                taken.append(now - each.began)
                last = now
            measured.note(each)
            following = next(coming, None) if now <= ends else None
            if following is None:
                waiting.unregister(each.connection)
                each.connection.close()
                continue
            each.began = clock()
            each.connection.send(following)
    measured.own = (time.process_time() - used) / (clock() - started)
    measured.sum_up(sorted(taken), last - counts_from)
    return measured


def main(
    port: Annotated[int, typer.Option()],
    requests: Annotated[Path, typer.Option()],
    seconds: Annotated[float, typer.Option()] = 5,
    warm: Annotated[float, typer.Option()] = 1,
    processes: Annotated[int, typer.Option()] = 1,
    again: Annotated[bool, typer.Option()] = False,  # noqa: FBT002 — a flag of the command line
) -> None:
    """Measure, and say what came of it as JSON."""
    known: list[bytes] = pickle.loads(requests.read_bytes())  # noqa: S301 — written by benchmarks.run a moment ago
    measured = run(port, known, seconds=seconds, warm=warm, processes=processes, again=again)
    json.dump(asdict(measured), sys.stdout)


if __name__ == "__main__":
    typer.run(main)
