"""Who signs heads and certificates: a key file, or a command that asks a key service and is believed in nothing."""

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.integrations.audit_heads import KeyUnusable, SigningCommand, is_signed, name_of, signature_of
from app.settings import DatabaseSettings, signer_of

SERVICE = """
import base64, json, os, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
assert "DATABASE_URL" not in os.environ
asked, way = json.load(sys.stdin), sys.argv[1]
key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
if way == "fails":
    sys.exit(3)
if way == "says nothing":
    print("{}")
elif asked["want"] == "public-key":
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    print(json.dumps({"publicKey": base64.b64encode(raw).decode()}))
elif way == "hangs":
    import time
    time.sleep(60)
else:
    message = b"another" if way == "signs another" else base64.b64decode(asked["message"])
    print(json.dumps({"signature": base64.b64encode(key.sign(message)).decode()}))
"""


@pytest.fixture
def service(tmp_path: Path) -> Path:
    file = tmp_path / "sleuteldienst.py"
    file.write_text(SERVICE)
    return file


def test_a_key_service_signs_and_the_key_never_comes_here(service: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://x@y/z")
    monkeypatch.setenv("AUDIT_SIGNING_COMMAND", f"{sys.executable} {service} signs")
    signer = signer_of(DatabaseSettings())
    assert signer is not None
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
    signed = signature_of(signer, "ab" * 32)
    assert is_signed(signed, "ab" * 32, {name_of(public): public})
    assert not is_signed(signed, "cd" * 32, {name_of(public): public})
    monkeypatch.setenv("AUDIT_SIGNING_KEY", "/nergens")
    with pytest.raises(ValueError, match="AUDIT_SIGNING_KEY en AUDIT_SIGNING_COMMAND"):
        DatabaseSettings()


@pytest.mark.parametrize("way", ["fails", "says nothing", "signs another", "hangs"])
def test_a_key_service_that_does_otherwise_is_not_believed(service: Path, way: str) -> None:
    with pytest.raises(KeyUnusable):
        SigningCommand((sys.executable, str(service), way), 1.0 if way == "hangs" else 10.0).sign(b"x")
    with pytest.raises(KeyUnusable):
        SigningCommand(("/nergens/te/vinden",), 1.0).sign(b"x")
