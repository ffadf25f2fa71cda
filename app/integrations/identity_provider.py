"""The OpenID provider from outside: its discovery document and the keys it publishes, kept and renewed."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from app.integrations.signatures import UnusableKey, VerificationKey, key_from_jwk
from app.integrations.strict_json import parse_object
from app.settings import LOOPBACK
from app.watch.metrics import KEY_FETCHES
from app.watch.seen import seen
from app.watch.tracing import begun

logger = logging.getLogger(__name__)

ATTEMPT_EVERY = 60
"""Seconds between two attempts once keys are held, so that tokens with invented key ids can't flood the provider."""

FIRST_ATTEMPT_EVERY = 5
"""Seconds between two attempts while no key was ever held: the service is of no use until one succeeds."""

OUTDATED_AFTER = 10 * 60
"""Seconds after which keys are asked for again, so that a key which the provider withdrew stops counting here too."""

FETCH_SECONDS = 5  # for both documents together; the callers wait for it
MAX_DOCUMENT_BYTES = 256 * 1024
MAX_PUBLISHED_KEYS = 100
HTTP_OK = 200


class IdentityProviderUnavailable(Exception):  # noqa: N818 - reads as the fact it states
    """No key was ever obtained, so no token can be judged. A new attempt makes sense after `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("the identity provider has not been reached yet")
        self.retry_after = retry_after


class ProviderFault(Exception):  # noqa: N818 - reads as the fact it states
    """An answer of the provider that is not used. The text is one of our own codes, never the answer."""


class PublishedKeys:
    """The verification keys of one issuer: a `KeySource` for `AccessTokenVerifier`.

    The first call fetches. After that the provider is asked again for an unknown key id or when the keys are outdated,
    at most once a minute and by one attempt at a time, whatever the number of callers. When that fails, the keys held
    stay in use: a provider that is down does not log everyone out.
    """

    def __init__(
        self,
        issuer: str,
        *,
        allow_loopback: bool = False,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`issuer` exactly as tokens name it; `allow_loopback` permits plain http on this machine (the demo).

        Raises:
            ValueError: the issuer is no https address (or loopback where that is allowed), or has a query or fragment.
        """
        if not _is_trusted(issuer, allow_loopback=allow_loopback) or {"?", "#"} & set(issuer):
            raise ValueError("the issuer must be a plain https address")
        self._issuer = issuer
        self._allow_loopback = allow_loopback
        self._transport = transport
        self._clock = clock
        self._keys: Mapping[str, VerificationKey] = {}
        self._fetched_at = -math.inf
        self._attempted_at = -math.inf
        self._attempt: asyncio.Task[None] | None = None

    @property
    def known(self) -> bool:
        """Whether any key was ever obtained, so that a token can be judged."""
        return bool(self._keys)

    async def prepare(self) -> bool:
        """Obtain keys before the first token comes, if there are none and it is time for an attempt; as `known`."""
        if not self._keys:
            await self._refresh()
        return self.known

    async def key(self, kid: str) -> VerificationKey | None:
        """The provider's key with exactly this id, or None where it publishes none that is usable.

        Raises:
            IdentityProviderUnavailable: no key was ever obtained.
        """
        known = self._keys.get(kid)
        outdated = self._clock() - self._fetched_at > OUTDATED_AFTER
        if known is None or (outdated and self._attempt is None):
            await self._refresh()
            known = self._keys.get(kid)
        if not self._keys:
            raise IdentityProviderUnavailable(max(1, math.ceil(self._next_attempt() - self._clock())))
        return known

    async def _refresh(self) -> None:
        """Join the attempt under way, or start one if its time has come."""
        if self._attempt is None:
            if self._clock() < self._next_attempt():
                return
            self._attempted_at = self._clock()
            self._attempt = asyncio.create_task(self._renew())
        # A caller who hangs up must not take the attempt away from the others.
        await asyncio.shield(self._attempt)

    def _next_attempt(self) -> float:
        return self._attempted_at + (ATTEMPT_EVERY if self._keys else FIRST_ATTEMPT_EVERY)

    async def _renew(self) -> None:
        outcome = "failed"
        try:
            self._keys = await self._fetch()
            self._fetched_at = self._clock()
            outcome = "renewed"
        except ProviderFault as fault:
            logger.warning("identity provider: %s", fault)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as failure:
            # Only the kind: the message may quote the provider's answer.
            logger.warning("identity provider: %s", type(failure).__name__)
        finally:
            KEY_FETCHES.labels(outcome).inc()
            self._attempt = None

    async def _fetch(self) -> Mapping[str, VerificationKey]:
        """OpenID Connect Discovery 1.0 §4: the document below the issuer, then the key set that it names."""
        # A proxy from the environment can't reach this machine's loopback.
        client = httpx.AsyncClient(
            transport=self._transport, follow_redirects=False, trust_env=not self._allow_loopback, timeout=FETCH_SECONDS
        )
        async with asyncio.timeout(FETCH_SECONDS), client:
            discovery = await self._get(client, self._issuer.removesuffix("/") + "/.well-known/openid-configuration")
            # §4.3: identical, or another provider could answer for this one.
            if discovery.get("issuer") != self._issuer:
                raise ProviderFault("the discovery document names another issuer")
            return usable_keys(await self._get(client, discovery.get("jwks_uri")))

    async def _get(self, client: httpx.AsyncClient, address: object) -> dict[str, Any]:
        if not isinstance(address, str) or not _is_trusted(address, allow_loopback=self._allow_loopback):
            raise ProviderFault("an address that is not https")
        # Not compressed: a small answer can't grow beyond the limit below while it is unpacked.
        trace = watched.trace if (watched := seen()) else begun()
        headers = {"Accept-Encoding": "identity", **trace.headers()}
        async with client.stream("GET", address, headers=headers) as response:
            if response.status_code != HTTP_OK:
                raise ProviderFault(f"answered {response.status_code}")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_DOCUMENT_BYTES:
                    raise ProviderFault("a document that is too long")
        return parse_object(bytes(body))


def usable_keys(key_set: Mapping[str, Any]) -> Mapping[str, VerificationKey]:
    """The keys of a JSON Web Key Set (RFC 7517 §5) that verify signatures here, by id; the others are passed over.

    A key without an id can't be chosen by a token, and an id that two usable keys share names neither.

    Raises:
        ProviderFault: not a key set, too many keys, or none that is usable.
    """
    published = key_set.get("keys")
    if not isinstance(published, list) or len(published) > MAX_PUBLISHED_KEYS:
        raise ProviderFault("not a key set")
    usable: dict[str, VerificationKey] = {}
    shared: set[str] = set()
    for entry in published:
        kid = entry.get("kid") if isinstance(entry, dict) else None
        if not isinstance(kid, str):
            continue
        try:
            key = key_from_jwk(entry)
        except UnusableKey:
            continue
        if kid in usable:
            shared.add(kid)
        usable[kid] = key
    keys = {kid: key for kid, key in usable.items() if kid not in shared}
    if not keys:
        # As an outage: an empty set by mistake would log everyone out.
        raise ProviderFault("no usable key")
    return keys


def _is_trusted(address: str, *, allow_loopback: bool) -> bool:
    """Whether keys may be fetched from here: https, or plain http on this machine where that is allowed."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None:
        return False
    return parts.scheme == "https" or (allow_loopback and parts.scheme == "http" and parts.hostname in LOOPBACK)
