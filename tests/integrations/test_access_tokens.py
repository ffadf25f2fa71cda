import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.actors import Role, Subject
from app.integrations.access_tokens import (
    CLOCK_LEEWAY,
    MAX_AUDIENCES,
    MAX_LIFETIME,
    MAX_ROLES,
    MAX_TEXT,
    AccessTokenVerifier,
    InvalidToken,
    Reason,
)
from app.integrations.signatures import VerificationKey
from tests.integrations.token_attacks import attacked_keys, request_attacks, token_attacks
from tests.integrations.tokens import (
    AUDIENCE,
    ISSUER,
    OMIT,
    mint,
    signing_key,
    static_keys,
    static_verifier,
)

NOW = 1_800_000_000
ATTACK_NAMES = [attack.name for attack in token_attacks(NOW)]


def refusal_of(token: str, *, now: int = NOW, verifier: AccessTokenVerifier | None = None) -> Reason:
    with pytest.raises(InvalidToken) as refused:
        outcome(token, now=now, verifier=verifier)
    return refused.value.reason


def outcome(token: str, *, now: int = NOW, verifier: AccessTokenVerifier | None = None) -> Subject:
    """With keys in memory nothing ever waits, so the coroutine ends at its first step."""
    coroutine = (verifier or static_verifier(*attacked_keys(), signing_key())).verify(token, now=now)
    try:
        coroutine.send(None)
    except StopIteration as done:
        subject: Subject = done.value
        return subject
    raise AssertionError("waited for something")


@pytest.mark.parametrize("name", ATTACK_NAMES)
def test_an_attack_is_refused_for_its_own_reason(name: str) -> None:
    attack = next(attack for attack in token_attacks(NOW) if attack.name == name)
    assert refusal_of(attack.token) is attack.reason


def test_every_attack_has_its_own_name_and_there_are_many() -> None:
    assert len(ATTACK_NAMES) == len(set(ATTACK_NAMES)) > 350
    requests = [attack.name for attack in request_attacks("x.y.z")]
    assert len(requests) == len(set(requests)) > 20
    assert {attack.reason for attack in token_attacks(NOW)} == set(Reason)


def test_a_refusal_and_its_cause_carry_nothing_of_the_token() -> None:
    for attack in token_attacks(NOW):
        with pytest.raises(InvalidToken) as refused:
            outcome(attack.token)
        assert str(refused.value) == attack.reason.value
        assert refused.value.__cause__ is None
        assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_a_sound_token_names_its_subject(algorithm: str) -> None:
    key = signing_key(algorithm)
    token = mint(
        "voorbeeld-7",
        ["leerkracht", "intern_begeleider"],
        "brin:99XX00",
        key=key,
        now=NOW,
        client_id="portaal",
        acr="substantial",
        scope="zaken.lezen zaken.schrijven",
    )
    assert outcome(token, verifier=static_verifier(key)) == Subject(
        issuer=ISSUER,
        subject="voorbeeld-7",
        client_id="portaal",
        roles=frozenset({Role.LEERKRACHT, Role.INTERN_BEGELEIDER}),
        organisation="brin:99XX00",
        acr="substantial",
        scopes=frozenset({"zaken.lezen", "zaken.schrijven"}),
    )


def test_what_may_be_absent_is_empty() -> None:
    subject = outcome(mint(now=NOW, roles=OMIT, acr=OMIT))
    assert (subject.roles, subject.organisation, subject.acr, subject.scopes) == (frozenset(), None, None, frozenset())
    assert outcome(mint(now=NOW, scope="")).scopes == frozenset()


def test_unknown_roles_grant_nothing_and_known_ones_count_in_their_exact_spelling() -> None:
    roles = ["leerkracht", "Beheerder", "beheerder ", "regiehouder", "casemanager", "contactpersoon", "admin", "*"]
    assert outcome(mint(now=NOW, roles=roles)).roles == {Role.LEERKRACHT}


@pytest.mark.parametrize(
    "overrides",
    [
        {"aud": [AUDIENCE]},
        {"aud": ["account", AUDIENCE]},
        {"aud": ["x"] * (MAX_AUDIENCES - 1) + [AUDIENCE]},
        {"roles": ["leerkracht"] * MAX_ROLES},
        {"roles": []},
        {"sub": "v" * MAX_TEXT},
        {"sub": "Zoë Voorbeeld"},
        {"nbf": NOW},
        {"nbf": NOW + CLOCK_LEEWAY},
        {"iat": NOW + CLOCK_LEEWAY},
        {"exp": NOW + 1},
        {"exp": NOW + MAX_LIFETIME},
        {"header": {"typ": "application/at+jwt"}},
        {"onbekend": {"diep": [1, 2.5, None, True]}},
        {"auth_time": NOW, "jti": "1"},
    ],
)
def test_up_to_the_edge_is_accepted(overrides: Mapping[str, Any]) -> None:
    assert outcome(mint(now=NOW, **overrides)).issuer == ISSUER


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"iat": NOW + CLOCK_LEEWAY + 1}, Reason.NOT_YET_VALID),
        ({"nbf": NOW + CLOCK_LEEWAY + 1}, Reason.NOT_YET_VALID),
        ({"exp": NOW}, Reason.EXPIRED),
        ({"exp": NOW + MAX_LIFETIME + 1}, Reason.LIFETIME),
    ],
)
def test_one_second_over_the_edge_is_refused(overrides: Mapping[str, Any], reason: Reason) -> None:
    assert refusal_of(mint(now=NOW, **overrides)) is reason


def test_the_verifier_decides_about_the_moment_it_is_told() -> None:
    token = mint(now=NOW)
    assert outcome(token, now=NOW + 599)
    assert refusal_of(token, now=NOW + 600) is Reason.EXPIRED
    assert refusal_of(token, now=NOW - CLOCK_LEEWAY - 1) is Reason.NOT_YET_VALID


def test_a_token_of_another_issuer_or_for_another_service_is_refused() -> None:
    token = mint(now=NOW)
    assert refusal_of(token, verifier=static_verifier(issuer="https://anders.voorbeeld.invalid")) is Reason.ISSUER
    assert refusal_of(token, verifier=static_verifier(audience="https://anders.voorbeeld.invalid")) is Reason.AUDIENCE


class CountingKeys:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def key(self, kid: str) -> VerificationKey | None:
        self.asked.append(kid)
        return await static_keys().key(kid)


def test_keys_are_asked_for_only_by_tokens_that_could_be_ours() -> None:
    keys = CountingKeys()
    verifier = AccessTokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=keys)
    for attack in token_attacks(NOW):
        if attack.reason in {Reason.TOO_LONG, Reason.MALFORMED, Reason.HEADER, Reason.TYPE}:
            refusal_of(attack.token, verifier=verifier)
    refusal_of(mint(now=NOW, header={"alg": "HS256"}), verifier=verifier)
    assert keys.asked == []
    outcome(mint(now=NOW), verifier=verifier)
    assert keys.asked == [signing_key().kid]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}"))
def test_any_text_gets_the_one_refusal(text: str) -> None:
    assert refusal_of(text) in Reason


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
CLAIMS = ("iss", "aud", "sub", "client_id", "iat", "exp", "nbf", "jti", "roles", "organisation", "acr", "scope")


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(CLAIMS), json_values, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["alg", "typ", "kid", "crit"]), json_values, max_size=1),
)
def test_any_claims_give_a_subject_or_the_one_refusal(claims: Mapping[str, Any], header: Mapping[str, Any]) -> None:
    token = mint(now=NOW, header=header, **claims)
    try:
        subject = outcome(token)
    except InvalidToken:
        return
    assert subject.issuer == ISSUER
    assert subject.subject.isprintable()
    assert not header


def test_verifying_takes_far_less_than_a_request() -> None:
    verifier, token = static_verifier(), mint(now=NOW)
    started = time.perf_counter()
    for _ in range(100):
        outcome(token, verifier=verifier)
    assert (time.perf_counter() - started) / 100 < 0.005


def test_a_text_made_to_be_slow_is_refused_fast() -> None:
    attacks = [attack.token for attack in token_attacks(NOW) if "quotes" in attack.name or "deep" in attack.name]
    assert len(attacks) >= 5
    started = time.perf_counter()
    for token in attacks:
        refusal_of(token)
    assert time.perf_counter() - started < 0.2
