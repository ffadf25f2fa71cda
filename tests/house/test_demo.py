"""`make run`, lived through: started, started twice, killed, started again, stopped."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.demo.lock import RunningError, only_one, running
from app.demo.people import PEOPLE
from app.demo.postgres import Cluster
from tests.conftest import ROOT

PATIENCE = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """A `.local` of its own, removed as `make clean` removes it."""
    made = Path(tempfile.mkdtemp(prefix="demo-"))
    made.chmod(0o711)
    yield made
    Cluster(made / "postgres").remove()
    for file in made.iterdir():
        file.unlink()
    made.rmdir()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def arguments(folder: Path, port: int, provider_port: int) -> list[str]:
    options = [f"--folder={folder}", f"--port={port}", f"--provider-port={provider_port}"]
    return [sys.executable, "-m", "app.cli", "demo", *options]


@contextmanager
def demo(folder: Path, provider_port: int | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo that serves, and its address."""
    port = free_port()
    with (folder / "screen").open("w+") as screen:
        process = subprocess.Popen(  # noqa: S603 - our own command
            arguments(folder, port, provider_port or free_port()), cwd=ROOT, stdout=screen, stderr=screen, text=True
        )
        try:
            until = time.monotonic() + PATIENCE
            while "Stoppen: Ctrl-C" not in (folder / "screen").read_text():
                assert process.poll() is None, (folder / "screen").read_text()
                assert time.monotonic() < until, (folder / "screen").read_text()
                time.sleep(0.05)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait(PATIENCE)


def first_calls(screen: str) -> dict[str, httpx.Response]:
    """Every first call on the screen, as its line says it; the answer by person."""
    answers = {}
    for person, token, line in re.findall(r"^# (\S+): .*\nTOKEN=(\S+)\n(curl .*)$", screen, re.MULTILINE):
        words = iter(shlex.split(line.replace("$TOKEN", token))[1:])
        headers, body, address = {}, None, ""
        for word in words:
            match word:
                case "-H":
                    name, _, value = next(words).partition(": ")
                    headers[name] = value
                case "-d":
                    body = next(words)
                case _:
                    assert not address, line
                    address = word
        answers[person] = httpx.request("POST" if body else "GET", address, headers=headers, content=body)
    return answers


def test_from_the_first_run_to_ctrl_c(folder: Path) -> None:
    with demo(folder) as (process, address):
        live = httpx.get(f"{address}/health/live")
        assert live.status_code == 200
        assert "server" not in live.headers
        assert httpx.get(f"{address}/v1/me").status_code == 401

        screen = (folder / "screen").read_text()
        assert f"{address}/v1/openapi.json" in screen
        assert "email-validator" not in screen
        answers = first_calls(screen)
        assert list(answers) == [person.key for person in PEOPLE]
        assert {person: answer.status_code for person, answer in answers.items()} == {
            **dict.fromkeys(answers, 200),
            "leerkracht": 201,
        }
        # Who sees nothing yet is told so; everybody else has something to look at.
        empty = {person for person, answer in answers.items() if answer.json().get("items") == []}
        assert empty == set(re.findall(r"^# (\S+): .*Toont: (?:nog geen|niets)", screen, re.MULTILINE))

        second = subprocess.run(  # noqa: S603 - our own command
            arguments(folder, free_port(), free_port()), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert f"De demo draait al (proces {process.pid}) op {address}" in second.stderr
        assert "Traceback" not in second.stderr
        assert httpx.get(f"{address}/health/live").status_code == 200

        token = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "app.cli", "token", "leerkracht", f"--folder={folder}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", token.stdout)

        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert "De demo stopt." in (folder / "screen").read_text()
    assert not list(folder.rglob("postmaster.pid"))


def test_after_a_kill_of_everything_it_runs_again_with_the_same_cases(folder: Path) -> None:
    def cases() -> list[str]:
        answer = first_calls((folder / "screen").read_text())["intern-begeleider"]
        return [case["id"] for case in answer.json()["items"]]

    provider_port = free_port()
    with demo(folder, provider_port) as (process, _):
        before = cases()
        process.kill()
        os.kill(int(next(folder.rglob("postmaster.pid")).read_text().splitlines()[0]), signal.SIGKILL)
    assert running(folder) is None
    with demo(folder, provider_port) as (_, address):
        assert httpx.get(f"{address}/health/ready").status_code == 200
        opened_by_hand, *as_before = cases()
        assert before[0] != opened_by_hand, "the teacher's first call opens another one each time"
        assert as_before == before


def test_a_taken_port_is_named_and_nothing_is_started(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for ports in ((port, free_port()), (free_port(), port)):
            started = subprocess.run(  # noqa: S603 - our own command
                arguments(folder, *ports), cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert started.returncode == 1
            assert f"Poort {port} is bezet" in started.stderr
            assert "Traceback" not in started.stderr
    assert not (folder / "postgres").exists()


def test_the_lock_is_let_go_of_with_the_process_that_held_it(folder: Path) -> None:
    with only_one(folder, 8000):
        with pytest.raises(RunningError) as other, only_one(folder, 8001):
            pass
        assert (other.value.pid, other.value.port) == (os.getpid(), 8000)
    assert running(folder) is None
    holder = "from app.demo.lock import *; import os, signal, pathlib, sys\n"
    holder += "with only_one(pathlib.Path(sys.argv[1]), 1): os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", holder, folder], cwd=ROOT, check=False)  # noqa: S603 - our own text
    assert json.loads((folder / "demo.lock").read_text())["port"] == 1
    with only_one(folder, 8001):
        pass


def test_clean_needs_nothing_but_pythons_own_library(folder: Path) -> None:
    """The environment may be broken or gone when somebody cleans."""
    with Cluster(folder / "postgres", durable=False):
        text = f"import sys; sys.path[:0] = ['.']; from app.demo import stop; stop.stop(stop.Path({str(folder)!r}))"
        subprocess.run([sys.executable, "-I", "-S", "-c", text], cwd=ROOT, check=True)  # noqa: S603 - our own text
        assert not (folder / "postgres").exists()


def test_what_another_user_left_here_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.demo import runner  # noqa: PLC0415 - loads the whole service, which the other tests do in a process apart

    def closed(*_: object) -> None:
        raise PermissionError(13, "Permission denied", str(folder / "demo.lock"))

    monkeypatch.setattr(runner, "only_one", closed)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(runner.DemoError, match=r"Geen toegang tot .*demo\.lock.*andere gebruiker"):
        runner.run(free_port(), folder)
