"""Access tokens for tests: a key pair, a key source in memory, and `mint`. The people are invented.

from tests.integrations.tokens import mint, static_verifier
token = mint(sub="juf-voorbeeld", roles=["leerkracht"], organisation="brin:99XX00")
subject = await static_verifier().verify(token, now=int(time.time()))
"""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from app.integrations.access_tokens import AccessTokenVerifier
from app.integrations.signatures import Algorithm, VerificationKey, key_from_jwk

ISSUER = "https://aanmelden.voorbeeld.invalid"
AUDIENCE = "https://ondersteuningsroute.voorbeeld.invalid"

OMIT: Final = object()
"""As the value of a claim or header: leave it out."""


@dataclass(frozen=True)
class SigningKey:
    """The private half that a provider keeps, with the id and algorithm under which it publishes the other half."""

    kid: str
    algorithm: Algorithm
    private_key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def sign(self, message: bytes) -> bytes:
        if isinstance(self.private_key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.private_key.sign(message, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if self.algorithm is Algorithm.PS256:
            return self.private_key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return self.private_key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def jwk(self) -> dict[str, Any]:
        """The public half as a provider publishes it."""
        numbers = self.private_key.public_key().public_numbers()
        members: dict[str, Any]
        if isinstance(numbers, ec.EllipticCurvePublicNumbers):
            members = {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32), "y": number(numbers.y, 32)}
        else:
            members = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
        return {**members, "use": "sig", "alg": self.algorithm.value, "kid": self.kid}


def signing_key(algorithm: str = "ES256", kid: str = "sleutel-1") -> SigningKey:
    """A key pair, the same one for the same algorithm and id in this process."""
    return _key_pair(Algorithm(algorithm), kid)


@cache
def _key_pair(algorithm: Algorithm, kid: str) -> SigningKey:
    private_key = (
        ec.generate_private_key(ec.SECP256R1())
        if algorithm is Algorithm.ES256
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    return SigningKey(kid, algorithm, private_key)


@dataclass(frozen=True)
class StaticKeys:
    """A key source that needs no provider."""

    keys: Mapping[str, VerificationKey]

    async def key(self, kid: str) -> VerificationKey | None:
        return self.keys.get(kid)


def static_keys(*keys: SigningKey) -> StaticKeys:
    return StaticKeys({key.kid: key_from_jwk(key.jwk()) for key in keys or (signing_key(),)})


def static_verifier(*keys: SigningKey, issuer: str = ISSUER, audience: str = AUDIENCE) -> AccessTokenVerifier:
    """A verifier that accepts what `mint` makes with these keys (without any: with its own key)."""
    return AccessTokenVerifier(issuer=issuer, audience=audience, keys=static_keys(*keys))


def mint(
    sub: object = "voorbeeld-1",
    roles: object = ("leerkracht",),
    organisation: object = OMIT,
    *,
    key: SigningKey | None = None,
    now: int | None = None,
    header: Mapping[str, object] | None = None,
    **overrides: object,
) -> str:
    """A signed access token; `overrides` are claims, `header` header members, OMIT leaves one out."""
    key = key or signing_key()
    now = int(time.time()) if now is None else now
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": sub,
        "client_id": "voorbeeld-toepassing",
        "iat": now,
        "exp": now + 600,
        "jti": f"voorbeeld-{now}",
        "roles": roles,
        "organisation": organisation,
        # As a family logs in from outside; who is to log in less surely says so.
        "acr": "http://eidas.europa.eu/LoA/substantial",
        **overrides,
    }
    members = {"alg": key.algorithm.value, "typ": "at+jwt", "kid": key.kid, **(header or {})}
    return signed(key, as_json(members), as_json(claims))


def signed(key: SigningKey, header: bytes, payload: bytes) -> str:
    """A compact JWS over exactly these bytes, sound or not."""
    signing_input = f"{base64url(header)}.{base64url(payload)}"
    return f"{signing_input}.{base64url(key.sign(signing_input.encode()))}"


def as_json(members: Mapping[str, object]) -> bytes:
    return json.dumps({name: value for name, value in members.items() if value is not OMIT}).encode()


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int, length: int | None = None) -> str:
    return base64url(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))
