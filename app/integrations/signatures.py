"""JSON Web Signatures and the keys that verify them: the one file that touches python-jose.

python-jose lets the header of a token choose the algorithm, reads lenient base64 and ignores `crit`, `use` and `kid`.
So it is handed one Key object and the one algorithm of that key, after all around the signature has been read here
(`docs/adr/0010-access-tokens.md`).
"""

import base64
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jose import jwk, jws
from jose.backends.base import Key
from jose.exceptions import JOSEError

from app.integrations.strict_json import parse_object

MAX_TOKEN_LENGTH = 8192
"""Characters. A token of ours has about one thousand; many servers refuse a header line above 8 KB anyway."""

MIN_RSA_BITS = 2048  # RFC 7518 §3.3 and §3.5
MAX_RSA_BITS = 8192  # above this one verification costs more than a request may
RSA_EXPONENT = 65537  # the one that providers use; small and huge ones are weak or slow
P256_BYTES = 32  # RFC 7518 §6.2.1.2: a coordinate is a full-length string, leading zeros included

_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]+)")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class Algorithm(StrEnum):
    """The signature algorithms that are accepted, all asymmetric. A key has exactly one (RFC 8725 §3.1)."""

    RS256 = "RS256"
    PS256 = "PS256"
    ES256 = "ES256"


_ALGORITHMS = frozenset(Algorithm)  # `in` an enum takes no plain text before Python 3.12


class Reason(StrEnum):
    """Why a token was refused: for the audit and the log. The caller is told none of it."""

    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    HEADER = "header"
    ALGORITHM = "algorithm"
    TYPE = "type"
    UNKNOWN_KEY = "unknown_key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    LIFETIME = "lifetime"
    ROLES = "roles"


class InvalidToken(Exception):  # noqa: N818 - reads as the fact it states: "except InvalidToken"
    """A token that proves nothing. `reason` is a code without any content of the token."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class UnusableKey(ValueError):  # noqa: N818 - reads as the fact it states
    """A published key that verifies nothing here: another use, another algorithm, or not sound."""


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key and the only algorithm it verifies."""

    algorithm: Algorithm
    jose_key: Key


@dataclass(frozen=True, slots=True)
class Header:
    """What the header of a token claims before anything was verified; `alg` is already one of ours."""

    alg: Algorithm
    typ: str | None
    kid: str | None


class PS256Key(Key):
    """RSASSA-PSS with SHA-256 and a salt of the hash's length (RFC 7518 §3.5), which python-jose lacks.

    It is never registered with python-jose, so nothing but an object that we built can select it.
    """

    def __init__(self, public_key: rsa.RSAPublicKey) -> None:
        self._public_key = public_key

    def verify(self, msg: bytes, sig: bytes) -> bool:
        """Whether `sig` is this key's signature of `msg`."""
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)
        try:
            self._public_key.verify(sig, msg, scheme, hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def read_header(compact: str) -> Header:
    """The header of a compact JWS, not verified: it only serves to find the key.

    Raises:
        InvalidToken: longer than 8 KB, not three canonical base64url parts, a header that is not a plain object or
            names anything but `alg`, `typ` and `kid` (so no `jku`, `jwk`, `x5u`, `x5c`, `crit`, `b64`), or an
            algorithm that is not ours.
    """
    if len(compact) > MAX_TOKEN_LENGTH:
        raise InvalidToken(Reason.TOO_LONG)
    parts = _COMPACT.fullmatch(compact)
    if parts is None:
        raise InvalidToken(Reason.MALFORMED)
    try:
        # All three parts are held to the one spelling of their bytes, since python-jose decodes the others leniently.
        encoded_header, _, _ = (decode_base64url(part) for part in parts.groups())
        header = parse_object(encoded_header)
    except ValueError:
        raise InvalidToken(Reason.MALFORMED) from None
    if not header.keys() <= {"alg", "typ", "kid"}:
        raise InvalidToken(Reason.HEADER)
    algorithm, token_type, kid = header.get("alg"), header.get("typ"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise InvalidToken(Reason.ALGORITHM)
    if ("typ" in header and not isinstance(token_type, str)) or ("kid" in header and not isinstance(kid, str)):
        raise InvalidToken(Reason.HEADER)
    return Header(alg=Algorithm(algorithm), typ=token_type, kid=kid)


def verify_jws(compact: str, key: VerificationKey) -> bytes:
    """The payload of a compact JWS (RFC 7515) that `key` signed.

    Raises:
        InvalidToken: as `read_header`; or the header names another algorithm than the key's; or the signature is wrong.
    """
    if read_header(compact).alg != key.algorithm:
        raise InvalidToken(Reason.ALGORITHM)
    try:
        return jws.verify(compact, key.jose_key, [key.algorithm.value])
    except JOSEError:
        raise InvalidToken(Reason.SIGNATURE) from None


def key_from_jwk(published: dict[str, Any]) -> VerificationKey:
    """The key that a JSON Web Key (RFC 7517) describes, with its algorithm pinned.

    The algorithm is the key's `alg`. Without one, a P-256 key can only be ES256 (RFC 7518 §3.4), and an RSA key is
    taken for RS256, which RFC 9068 §2.1 obliges every provider to support; PS256 must be named.

    Raises:
        UnusableKey: not for verifying signatures (`use`, `key_ops`), a private or symmetric key, another type, curve or
            algorithm than ours, a weak or malformed key.
    """
    if published.get("use", "sig") != "sig":
        raise UnusableKey("not for signatures")
    operations = published.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise UnusableKey("not for verifying")
    if not _PRIVATE_MEMBERS.isdisjoint(published):
        # A provider that publishes a private key has lost it; what it signs proves nothing.
        raise UnusableKey("not a public key")
    match published.get("kty"):
        case "RSA":
            return _rsa_key(published)
        case "EC":
            return _p256_key(published)
        case _:
            raise UnusableKey("another key type")


def _rsa_key(published: dict[str, Any]) -> VerificationKey:
    algorithm = published.get("alg", Algorithm.RS256)
    if algorithm not in (Algorithm.RS256, Algorithm.PS256):
        raise UnusableKey("another algorithm")
    modulus = int.from_bytes(_member(published, "n"), "big")
    exponent = int.from_bytes(_member(published, "e"), "big")
    sound = MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS and modulus % 2 and exponent == RSA_EXPONENT
    if not sound:
        raise UnusableKey("a weak RSA key")
    try:
        public_key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise UnusableKey("not an RSA key") from None
    if algorithm == Algorithm.PS256:
        return VerificationKey(Algorithm.PS256, PS256Key(public_key))
    return VerificationKey(Algorithm.RS256, _jose_key(public_key, Algorithm.RS256))


def _p256_key(published: dict[str, Any]) -> VerificationKey:
    if published.get("alg", Algorithm.ES256) != Algorithm.ES256 or published.get("crv") != "P-256":
        raise UnusableKey("another curve or algorithm")
    x, y = _member(published, "x"), _member(published, "y")
    if len(x) != P256_BYTES or len(y) != P256_BYTES:
        raise UnusableKey("a coordinate of another length")
    point = ec.EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1())
    try:
        public_key = point.public_key()
    except ValueError:
        raise UnusableKey("not a point of the curve") from None
    return VerificationKey(Algorithm.ES256, _jose_key(public_key, Algorithm.ES256))


def _jose_key(public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, algorithm: Algorithm) -> Key:
    pem = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return jwk.construct(pem, algorithm.value)


def _member(published: dict[str, Any], name: str) -> bytes:
    value = published.get(name)
    if not isinstance(value, str):
        raise UnusableKey(f"{name} is missing")
    try:
        return decode_base64url(value)
    except ValueError:
        raise UnusableKey(f"{name} is not base64url") from None


def decode_base64url(text: str) -> bytes:
    """The bytes of unpadded base64url in its one canonical spelling (RFC 7515 §2).

    Raises:
        ValueError: another alphabet, padding, white space, or bits left over: a second spelling of the same bytes.
    """
    if not _BASE64URL.fullmatch(text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != text.encode():
        raise ValueError("not canonical base64url")
    return data
