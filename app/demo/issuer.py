"""A small real OpenID provider for the demo: discovery, keys, and access tokens for the demo's people (RFC 9068).

It listens on this machine alone, and nothing that production starts imports it. Its key is drawn in the project's own
`.local/` folder and never leaves it. It offers no login: a token is printed for whoever may read that folder.
"""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.demo.people import DemoPerson
from app.domain.ids import new_id

PORT = 18001
# The bindings of the demo's people name this address, and tokens of yesterday's run still hold: so it never changes.
ISSUER = f"http://127.0.0.1:{PORT}"
AUDIENCE = "https://ondersteuningsroute.voorbeeld.invalid"
LIFETIME = 12 * 60 * 60
"""Seconds that a token holds: one day of trying."""

KEY_FILE = "issuer-key.pem"


@dataclass(frozen=True)
class Issuer:
    """The provider's key and address, and what follows from them."""

    private_key: ec.EllipticCurvePrivateKey
    address: str = ISSUER

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as published (RFC 7517), with its thumbprint as id (RFC 7638)."""
        point = self.private_key.public_key().public_numbers()
        members = {
            "crv": "P-256",
            "kty": "EC",
            "x": _base64url(_coordinate(point.x)),
            "y": _base64url(_coordinate(point.y)),
        }
        canonical = json.dumps(members, separators=(",", ":"), sort_keys=True)
        return {**members, "kid": _base64url(hashlib.sha256(canonical.encode()).digest()), "use": "sig", "alg": "ES256"}

    def token(self, person: DemoPerson, *, now: int | None = None) -> str:
        """An access token for this person, valid for twelve hours from `now` (seconds since 1970)."""
        issued = int(time.time()) if now is None else now
        claims: dict[str, Any] = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": person.subject,
            "client_id": person.subject if person.kind == "system" else "demo",
            "iat": issued,
            "exp": issued + LIFETIME,
            "jti": str(new_id()),
            "roles": [role.value for role in person.roles],
        }
        optional = {"organisation": person.organisation, "acr": person.acr}
        claims |= {name: value for name, value in optional.items() if value}
        header = {"alg": "ES256", "typ": "at+jwt", "kid": self.jwk["kid"]}
        signed = f"{_base64url(json.dumps(header).encode())}.{_base64url(json.dumps(claims).encode())}"
        # RFC 7518 §3.4: the two numbers side by side, not in ASN.1 as the library hands them over.
        r, s = decode_dss_signature(self.private_key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{signed}.{_base64url(_coordinate(r) + _coordinate(s))}"

    def application(self) -> Starlette:
        """The provider over HTTP: what a resource server asks of it (OpenID Connect Discovery 1.0, RFC 7517)."""

        async def configuration(_: Request) -> JSONResponse:
            return JSONResponse(
                {
                    "issuer": self.address,
                    "jwks_uri": f"{self.address}/jwks",
                    "response_types_supported": [],
                    "grant_types_supported": [],
                    "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["ES256"],
                }
            )

        async def keys(_: Request) -> JSONResponse:
            return JSONResponse({"keys": [self.jwk]})

        return Starlette(routes=[Route("/.well-known/openid-configuration", configuration), Route("/jwks", keys)])


def open_issuer(folder: Path) -> Issuer:
    """The provider whose key lies in `folder`; the first call draws it, readable by its owner alone."""
    path = folder / KEY_FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        drawn = ec.generate_private_key(ec.SECP256R1())
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_bytes(drawn.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        draft.rename(path)
    return _read(path)


def read_issuer(folder: Path) -> Issuer:
    """The provider whose key lies in `folder`.

    Raises:
        FileNotFoundError: no demo ever ran here.
    """
    return _read(folder / KEY_FILE)


def _read(path: Path) -> Issuer:
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} holds another kind of key; remove it and start the demo again")
    return Issuer(key)


def _coordinate(number: int) -> bytes:
    # RFC 7518 §6.2.1.2: always 32 bytes, leading zeros included.
    return number.to_bytes(32, "big")


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
