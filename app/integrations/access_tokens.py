"""Access tokens (RFC 9068): from the text in the `Authorization` header to the subject it proves, or one refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.domain.actors import Role, Subject
from app.integrations.signatures import InvalidToken, Reason, VerificationKey, read_header, verify_jws
from app.integrations.strict_json import InvalidJson, parse_object

__all__ = ["AccessTokenVerifier", "InvalidToken", "KeySource", "Reason"]

# RFC 9068 §4 names these two spellings. An ID token or a logout token of the same provider has another type.
ACCESS_TOKEN_TYPES = frozenset({"at+jwt", "application/at+jwt"})

CLOCK_LEEWAY = 30
"""Seconds that the provider's clock may run ahead of ours. A token that has expired by our clock has expired."""

MAX_LIFETIME = 24 * 60 * 60
"""Seconds between `iat` and `exp`. A token can't be called back, so one that lives longer than a day is refused."""

KNOWN_ROLES = frozenset(Role)  # `in` an enum takes no plain text before Python 3.12
MAX_ROLES = 64
MAX_AUDIENCES = 64
MAX_TEXT = 255  # characters; OpenID Connect Core §2 for `sub`


class KeySource(Protocol):
    """Where the provider's keys come from."""

    async def key(self, kid: str) -> VerificationKey | None:
        """The key with exactly this id, or None where the provider has none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessTokenVerifier:
    """Accepts the access tokens of one issuer for one audience."""

    issuer: str
    audience: str
    keys: KeySource

    async def verify(self, token: str, *, now: int) -> Subject:
        """Who this token speaks for at `now` (seconds since 1970).

        Raises:
            InvalidToken: for every token that is not a sound, signed, current access token for us; its `reason` is for
                the audit, never for the caller.
            IdentityProviderUnavailable: when the key source never reached the provider.
        """
        header = read_header(token)
        if header.typ not in ACCESS_TOKEN_TYPES:
            raise InvalidToken(Reason.TYPE)
        if not header.kid:
            raise InvalidToken(Reason.HEADER)
        key = await self.keys.key(header.kid)
        if key is None:
            raise InvalidToken(Reason.UNKNOWN_KEY)
        try:
            claims = parse_object(verify_jws(token, key))
        except InvalidJson:
            raise InvalidToken(Reason.CLAIMS) from None
        return subject_of(claims, issuer=self.issuer, audience=self.audience, now=now)


def subject_of(claims: Mapping[str, Any], *, issuer: str, audience: str, now: int) -> Subject:
    """The subject of a claim set whose signature has been verified (RFC 9068 §2.2 and §4).

    `iss`, `aud`, `exp`, `iat`, `sub`, `jti` and `client_id` are required; `nbf`, `roles`, `organisation`, `acr` and
    `scope` may be absent. A role that we do not know grants nothing and refuses nothing.

    Raises:
        InvalidToken: a claim is missing or of another shape, for another issuer or audience, or not for this moment.
    """
    if _text(claims, "iss") != issuer:
        raise InvalidToken(Reason.ISSUER)
    _refuse_other_audience(claims.get("aud"), audience)
    _refuse_wrong_moment(claims, now)
    _text(claims, "jti")
    return Subject(
        issuer=issuer,
        subject=_text(claims, "sub"),
        client_id=_text(claims, "client_id"),
        roles=_roles(claims.get("roles", [])),
        organisation=_text(claims, "organisation") if "organisation" in claims else None,
        acr=_text(claims, "acr") if "acr" in claims else None,
        scopes=_scopes(claims.get("scope", "")),
    )


def _refuse_wrong_moment(claims: Mapping[str, Any], now: int) -> None:
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    if now >= expires:
        raise InvalidToken(Reason.EXPIRED)
    if issued > now + CLOCK_LEEWAY:
        raise InvalidToken(Reason.NOT_YET_VALID)
    if "nbf" in claims and _seconds(claims, "nbf") > now + CLOCK_LEEWAY:
        raise InvalidToken(Reason.NOT_YET_VALID)
    if expires - issued > MAX_LIFETIME:
        raise InvalidToken(Reason.LIFETIME)


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    # `type`, since True is an int to isinstance; no fractions, since no provider sends them and "1e400" is one.
    if type(value) is not int:
        raise InvalidToken(Reason.CLAIMS)
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not _is_text(value):
        raise InvalidToken(Reason.CLAIMS)
    return value


def _is_text(value: str) -> bool:
    # Printable shuts out NUL and lone surrogates (the database refuses both) and line breaks (they forge log lines).
    return 0 < len(value) <= MAX_TEXT and value.isprintable()


def _refuse_other_audience(claim: object, audience: str) -> None:
    """`aud` is one text or a list of them (RFC 7519 §4.1.3); whole texts are compared, never parts."""
    audiences = claim if isinstance(claim, list) else [claim]
    if len(audiences) > MAX_AUDIENCES or not all(isinstance(one, str) for one in audiences):
        raise InvalidToken(Reason.AUDIENCE)
    if audience not in audiences:
        raise InvalidToken(Reason.AUDIENCE)


def _roles(value: object) -> frozenset[Role]:
    if not isinstance(value, list) or len(value) > MAX_ROLES or not all(isinstance(code, str) for code in value):
        raise InvalidToken(Reason.ROLES)
    return frozenset(Role(code) for code in value if code in KNOWN_ROLES)


def _scopes(value: object) -> frozenset[str]:
    # Some providers send an empty scope where a client asked for none.
    if not isinstance(value, str) or not value.isprintable():
        raise InvalidToken(Reason.CLAIMS)
    return frozenset(value.split())
