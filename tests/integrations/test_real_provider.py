import time
from collections.abc import Iterator

import pytest

from app.domain.actors import Role
from app.integrations.access_tokens import AccessTokenVerifier, InvalidToken, Reason
from app.integrations.identity_provider import ATTEMPT_EVERY, IdentityProviderUnavailable, PublishedKeys
from app.integrations.signatures import read_header
from tests.integrations import real_provider
from tests.integrations.real_provider import AUDIENCE, RealProvider
from tests.node_packages import CannotInstall

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    try:
        real_provider.installed()
    except CannotInstall as reason:
        pytest.skip(f"the OpenID provider from npm is not installed and could not be fetched: {reason}")


@pytest.fixture(scope="module")
def provider() -> Iterator[RealProvider]:
    with real_provider.running() as started:
        yield started


class Clock:
    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


def verifier_for(provider: RealProvider, clock: Clock | None = None, audience: str = AUDIENCE) -> AccessTokenVerifier:
    keys = PublishedKeys(provider.issuer, allow_loopback=True, clock=clock or Clock())
    return AccessTokenVerifier(issuer=provider.issuer, audience=audience, keys=keys)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
async def test_a_token_of_a_real_provider_names_its_subject(provider: RealProvider, algorithm: str) -> None:
    token = provider.token(algorithm)
    assert read_header(token).alg == algorithm
    assert read_header(token).typ == "at+jwt"
    subject = await verifier_for(provider).verify(token, now=int(time.time()))
    assert (subject.issuer, subject.subject, subject.client_id) == (
        provider.issuer,
        f"systeem-{algorithm.lower()}",
        f"systeem-{algorithm.lower()}",
    )
    assert subject.roles == {Role.LEERLINGADMINISTRATIE}
    assert subject.organisation == "brin:99XX00"
    assert subject.acr == "http://eidas.europa.eu/LoA/substantial"
    assert subject.scopes == {"zaken.lezen"}


async def test_a_token_of_a_real_provider_expires_and_is_for_one_service(provider: RealProvider) -> None:
    token, now = provider.token("ES256"), int(time.time())
    with pytest.raises(InvalidToken) as expired:
        await verifier_for(provider).verify(token, now=now + 3600)
    assert expired.value.reason is Reason.EXPIRED
    with pytest.raises(InvalidToken) as elsewhere:
        await verifier_for(provider, audience="https://anders.voorbeeld.invalid").verify(token, now=now)
    assert elsewhere.value.reason is Reason.AUDIENCE


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
async def test_the_provider_rotates_its_keys_and_we_do_not_restart(provider: RealProvider, algorithm: str) -> None:
    clock, now = Clock(), int(time.time())
    verifier = verifier_for(provider, clock)
    before = provider.token(algorithm)
    await verifier.verify(before, now=now)
    provider.rotate()
    after = provider.token(algorithm)
    assert read_header(after).kid != read_header(before).kid
    # Within the minute no second attempt is made.
    with pytest.raises(InvalidToken) as unknown:
        await verifier.verify(after, now=now)
    assert unknown.value.reason is Reason.UNKNOWN_KEY
    clock.ahead = ATTEMPT_EVERY
    assert (await verifier.verify(after, now=now)).subject == f"systeem-{algorithm.lower()}"
    with pytest.raises(InvalidToken) as withdrawn:
        await verifier.verify(before, now=now)
    assert withdrawn.value.reason is Reason.UNKNOWN_KEY


async def test_a_provider_that_is_gone_makes_the_service_unavailable_or_leaves_it_working() -> None:
    with real_provider.running() as provider:
        token, now, clock = provider.token("ES256"), int(time.time()), Clock()
        reached, too_late = verifier_for(provider, clock), verifier_for(provider)
        await reached.verify(token, now=now)
    clock.ahead = 24 * 3600
    assert await reached.verify(token, now=now)
    with pytest.raises(IdentityProviderUnavailable):
        await too_late.verify(token, now=now)
