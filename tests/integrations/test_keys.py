"""The keys of identity numbers: sealing and opening, a file, a command; and everything that can be wrong with them."""

import json
import os
import stat
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from app.integrations.keys import (
    KeyCommand,
    KeyFile,
    KeyLost,
    Keyring,
    Keyset,
    KeysUnusable,
    NoKeys,
    Place,
    Tampered,
    draw_key_file,
    parse_keys,
    read_key_file,
)

pytestmark = pytest.mark.anyio

NUMBER = "999990007"
ROW, OTHER_ROW, CHILD, OTHER_CHILD = (UUID(int=number) for number in range(1, 5))
PLACE = Place(ROW, CHILD, "bsn")


def key(mark: int) -> bytes:
    return bytes([mark, *range(31)])


def ring(*names: str, current: str = "") -> Keyring:
    """A ring with these keys, each its own, the last the present one."""
    kept = {name: key(10 + sum(name.encode()) % 100) for name in names}
    sought = {name: key(120 + sum(name.encode()) % 100) for name in names}
    return Keyring(Keyset(current or names[-1], kept), Keyset(current or names[-1], sought))


OLD, BOTH, NEW = ring("oud"), ring("oud", "nieuw"), ring("nieuw")


def test_a_number_opens_in_its_own_place_under_its_own_key() -> None:
    name, sealed = OLD.seal(NUMBER, PLACE)
    assert name == "oud"
    assert NUMBER.encode() not in sealed
    assert OLD.open(name, sealed, PLACE) == NUMBER
    assert BOTH.open(name, sealed, PLACE) == NUMBER, "while keys are rotated the old one still opens"
    assert BOTH.seal(NUMBER, PLACE)[0] == "nieuw"
    # Twice the same number is not twice the same text.
    assert OLD.seal(NUMBER, PLACE)[1] != sealed


def test_a_lost_key_is_named_and_a_wrong_key_opens_nothing() -> None:
    name, sealed = OLD.seal(NUMBER, PLACE)
    with pytest.raises(KeyLost) as lost:
        NEW.open(name, sealed, PLACE)
    assert lost.value.key == "oud"
    wrong = Keyring(Keyset("oud", {"oud": key(99)}), OLD.lookup)
    with pytest.raises(Tampered):
        wrong.open(name, sealed, PLACE)


@pytest.mark.parametrize(
    "place", [Place(OTHER_ROW, CHILD, "bsn"), Place(ROW, OTHER_CHILD, "bsn"), Place(ROW, CHILD, "pgn")]
)
def test_a_ciphertext_moved_to_another_row_child_or_kind_opens_nothing(place: Place) -> None:
    name, sealed = OLD.seal(NUMBER, PLACE)
    with pytest.raises(Tampered):
        OLD.open(name, sealed, place)


def test_a_ciphertext_under_the_name_of_another_key_opens_nothing() -> None:
    same = key(5)
    two = Keyring(Keyset("b", {"a": same, "b": same}), OLD.lookup)
    _, sealed = two.seal(NUMBER, PLACE)
    with pytest.raises(Tampered):
        two.open("a", sealed, PLACE)


@given(st.integers(0, 36), st.integers(1, 255))
def test_one_changed_byte_anywhere_is_noticed(place: int, change: int) -> None:
    name, sealed = OLD.seal(NUMBER, PLACE)
    assert len(sealed) == 37
    changed = bytearray(sealed)
    changed[place] ^= change
    with pytest.raises(Tampered):
        OLD.open(name, bytes(changed), PLACE)


@pytest.mark.parametrize("length", [0, 5, 12, 20, 36])
def test_what_was_cut_short_opens_nothing(length: int) -> None:
    name, sealed = OLD.seal(NUMBER, PLACE)
    with pytest.raises(Tampered):
        OLD.open(name, sealed[:length], PLACE)


def test_the_sealing_is_aes_256_gcm_with_a_nonce_of_96_bits() -> None:
    """With the library alone, so that what is kept can be opened by somebody else too (docs/adr/0144)."""
    name, sealed = OLD.seal(NUMBER, PLACE)
    inside = (
        b"ondersteuningsroute\0identity-number\x001\0oud\0" + ROW.hex.encode() + b"\0" + CHILD.hex.encode() + b"\0bsn"
    )
    assert AESGCM(OLD.encryption.keys[name]).decrypt(sealed[:12], sealed[12:], inside) == NUMBER.encode()


def test_a_number_is_found_by_a_keyed_hash_that_differs_by_kind_and_by_key() -> None:
    assert OLD.digest(NUMBER, "bsn") == ("oud", OLD.digests(NUMBER, "bsn")[0])
    assert OLD.digest(NUMBER, "bsn") != OLD.digest(NUMBER, "pgn")
    assert OLD.digest(NUMBER, "bsn")[1] != NEW.digest(NUMBER, "bsn")[1]
    assert set(BOTH.digests(NUMBER, "bsn")) == {OLD.digest(NUMBER, "bsn")[1], NEW.digest(NUMBER, "bsn")[1]}
    assert OLD.fingerprint(b"x") != NEW.fingerprint(b"x") != b"x"


def test_keys_are_in_no_text_of_the_ring() -> None:
    assert repr(key(1))[2:-1] not in repr(Keyring(Keyset("a", {"a": key(1)}), Keyset("a", {"a": key(2)})))


def document(**change: Any) -> dict[str, Any]:
    sets = {
        purpose: {"current": "a", "keys": {"a": b64encode(key(mark)).decode()}}
        for mark, purpose in enumerate(("encryption", "lookup"), 1)
    }
    return {"version": 1, **sets} | change


def text(**change: Any) -> bytes:
    return json.dumps(document(**change)).encode()


def test_a_sound_document_is_read() -> None:
    read = parse_keys(text())
    assert (read.encryption.current, read.encryption.keys["a"], read.lookup.keys["a"]) == ("a", key(1), key(2))


SAME = document()["encryption"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "JSON"),
        (b"[]", "JSON"),
        (b"\xff", "JSON"),
        (b"{}", "precies"),
        (text(version=2), "version"),
        (text(more={}), "precies"),
        (text(lookup=[]), "current"),
        (text(lookup={"current": "a"}), "keys"),
        (text(lookup={"current": "b", "keys": SAME["keys"]}), "current"),
        (text(lookup={"current": ["a"], "keys": SAME["keys"]}), "current"),
        (text(lookup={"current": "a b", "keys": {"a b": SAME["keys"]["a"]}}), "naam"),
        (text(lookup={"current": "", "keys": {"": SAME["keys"]["a"]}}), "naam"),
        (text(lookup={"current": "a", "keys": {"a": "kort"}}), "32"),
        (text(lookup={"current": "a", "keys": {"a": 1}}), "32"),
        (text(lookup={"current": "a", "keys": {"a": "ééééé"}}), "32"),
        (text(lookup={"current": "a", "keys": {"a": b64encode(bytes(32)).decode()}}), "32"),
        (text(lookup=SAME), "twee doelen"),
        (b" " * 70_000, "groot"),
    ],
)
def test_what_is_wrong_with_keys_is_said_without_a_key(content: bytes, said: str) -> None:
    with pytest.raises(KeysUnusable, match=said) as fault:
        parse_keys(content)
    assert SAME["keys"]["a"] not in str(fault.value)


# --- A file ------------------------------------------------------------------------------------------------------


async def test_the_file_of_the_demo_is_drawn_once_for_its_owner_alone_and_read_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "number-keys.json"
    draw_key_file(path, "demo-1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    drawn = path.read_bytes()
    draw_key_file(path, "demo-2")
    assert path.read_bytes() == drawn
    keys = KeyFile(path)
    first = await keys.ring()
    assert first is not None
    assert await keys.ring() is first
    path.unlink()
    draw_key_file(path, "demo-2")
    second = await keys.ring()
    assert second is not None
    assert second.encryption.current == "demo-2"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
async def test_a_file_that_others_can_read_is_not_used(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(text())
    path.chmod(mode)
    with pytest.raises(KeysUnusable, match="0600"):
        read_key_file(path)
    assert await KeyFile(path).ring() is None
    assert "0600" in caplog.text
    path.chmod(0o600)
    assert read_key_file(path).encryption.current == "a"


async def test_no_file_a_folder_or_no_setting_is_no_keys(tmp_path: Path) -> None:
    assert await KeyFile(tmp_path / "nergens").ring() is None
    assert await KeyFile(tmp_path).ring() is None
    assert await NoKeys().ring() is None


# --- A command ---------------------------------------------------------------------------------------------------


def service(tmp_path: Path, program: str, seconds: float = 10, kept: float = 300) -> KeyCommand:
    """A key service of a few lines of Python."""
    path = tmp_path / "service.py"
    path.write_text(program)
    return KeyCommand((sys.executable, "-S", "-E", str(path), "een argument; met $tekens"), seconds, kept=kept)


ANSWERS = f"""
import json, os, sys
asked = json.loads(sys.stdin.readline())
assert asked == {{"version": 1, "want": ["encryption", "lookup"]}}, asked
assert sys.argv[1] == "een argument; met $tekens"
assert "DATABASE_URL" not in os.environ
print({text().decode()!r})
open(sys.argv[0] + ".count", "a").write("x")
"""


async def test_a_command_is_asked_on_its_standard_input_and_its_keys_are_kept_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://geheim")
    keys = service(tmp_path, ANSWERS)
    first = await keys.ring()
    assert first is not None
    assert first.lookup.keys["a"] == key(2)
    assert await keys.ring() is first
    assert (tmp_path / "service.py.count").read_text() == "x"
    anew = service(tmp_path, ANSWERS, kept=0)
    assert await anew.ring() is not await anew.ring()


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import sys; print('{}'); print('GEHEIM', file=sys.stderr); sys.exit(3)", "code 3"),
        ("print('GEHEIM')", "JSON"),
        ("print('x' * 100_000)", "te groot"),
    ],
)
async def test_a_command_that_fails_gives_no_keys_and_is_left_alone_for_a_moment(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, program: str, said: str
) -> None:
    keys = service(tmp_path, program)
    assert await keys.ring() is None
    assert said in caplog.text
    assert "GEHEIM" not in caplog.text
    (tmp_path / "service.py").write_text(ANSWERS)
    assert await keys.ring() is None
    assert len(caplog.records) == 1


async def test_a_command_that_is_not_there_gives_no_keys() -> None:
    assert await KeyCommand(("/nergens/sleutels",), 1).ring() is None


async def test_a_command_that_hangs_is_ended_with_whatever_it_started(tmp_path: Path) -> None:
    program = """
import subprocess, sys
child = subprocess.Popen(["sleep", "60"])
print(child.pid, file=open(sys.argv[0] + ".pid", "w"), flush=True)
child.wait()
"""
    keys = service(tmp_path, program, 1.5)
    began = time.monotonic()
    assert await keys.ring() is None
    assert time.monotonic() - began < 10
    child = int((tmp_path / "service.py.pid").read_text())
    for _ in range(50):
        if not _runs(child):
            break
        time.sleep(0.05)  # noqa: ASYNC251 - nothing else runs here
    assert not _runs(child)


def _runs(process: int) -> bool:
    """Whether it runs; one that ended and that nobody asked after does not."""
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
