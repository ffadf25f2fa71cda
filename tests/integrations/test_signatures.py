import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose.backends.base import Key
from jose.constants import ALGORITHMS

from app.integrations.signatures import (
    Algorithm,
    InvalidToken,
    PS256Key,
    Reason,
    UnusableKey,
    decode_base64url,
    key_from_jwk,
    read_header,
    verify_jws,
)
from tests.integrations.tokens import OMIT, SigningKey, base64url, number, signed, signing_key

REPOSITORY = Path(__file__).parents[2]
SHARED = REPOSITORY / os.environ.get("SHARED", "../shared")
VECTORS = SHARED / "corpora" / "wycheproof" / "json_web_signature_test.json"
OURS = {"RS256", "PS256", "ES256"}


def test_a_payload_comes_back_as_it_was_signed() -> None:
    for algorithm in OURS:
        key = signing_key(algorithm)
        compact = signed(key, b'{"alg": "%s"}' % algorithm.encode(), b"\x00\xff geen JSON")
        assert verify_jws(compact, key_from_jwk(key.jwk())) == b"\x00\xff geen JSON"


def test_the_header_is_read_without_trusting_it() -> None:
    compact = signed(signing_key(), b'{"kid":"een","typ":"at+jwt","alg":"ES256"}', b"x")
    header = read_header(compact.rsplit(".", 1)[0] + ".AAAA")
    assert (header.alg, header.typ, header.kid) == (Algorithm.ES256, "at+jwt", "een")


@pytest.mark.skipif(not VECTORS.is_file(), reason="the Wycheproof vectors are not here: set SHARED to their folder")
def test_wycheproof_invalid_refused_and_valid_of_our_algorithms_accepted() -> None:
    counted = {"accepted": 0, "refused": 0, "not ours": 0}
    reasons: set[str] = set()
    for group in json.loads(VECTORS.read_text())["testGroups"]:
        published = group.get("public") or group["private"]
        for test in group["tests"]:
            where = f"{test['tcId']} {test['comment']}"
            refusal = refusal_of(test["jws"], published)
            if test["result"] == "invalid":
                assert refusal, where
                counted["refused"] += 1
                reasons.add(refusal)
            elif algorithm_of(test["jws"]) in OURS:
                assert refusal is None, where
                counted["accepted"] += 1
            else:
                # Sound in an algorithm that we do not have; some pair it with a key that is pinned to another.
                assert refusal, where
                counted["not ours"] += 1
    assert counted == {"accepted": 16, "refused": 355, "not ours": 30}
    assert {"malformed", "header", "algorithm", "signature", "key"} <= reasons


def refusal_of(compact: Any, published: dict[str, Any]) -> str | None:
    """Why this signature does not count, or None where it does. Any other exception fails the test."""
    try:
        key = key_from_jwk(published)
    except UnusableKey:
        return "key"
    try:
        verify_jws(compact if isinstance(compact, str) else json.dumps(compact), key)
    except InvalidToken as refused:
        return refused.reason.value
    return None


def algorithm_of(compact: str) -> object:
    # Leniently: two vectors that count as valid have a character in their header that is no base64url.
    header = compact.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=="))["alg"]


@pytest.mark.skipif(not VECTORS.is_file(), reason="the Wycheproof vectors are not here: set SHARED to their folder")
def test_wycheproof_secret_keys_are_no_keys_and_false_encodings_are_refused_before_any_key() -> None:
    groups = [group for group in json.loads(VECTORS.read_text())["testGroups"] if group["private"]["kty"] == "oct"]
    for group in groups:
        with pytest.raises(UnusableKey):
            key_from_jwk(group["private"])
    reasons: list[Reason] = []
    for group in groups:
        for test in group["tests"]:
            with pytest.raises(InvalidToken) as refused:
                read_header(test["jws"])
            reasons.append(refused.value.reason)
    # The vectors about encoding are keyed with a secret, so the key alone would hide what they are about.
    assert (reasons.count(Reason.MALFORMED), reasons.count(Reason.ALGORITHM)) == (26, 14)


def test_a_token_in_another_algorithm_than_the_keys_is_refused_though_the_signature_is_right() -> None:
    rs, ps = signing_key("RS256"), signing_key("PS256")
    for key, other in ((rs, Algorithm.PS256), (ps, Algorithm.RS256)):
        compact = signed(SigningKey(key.kid, other, key.private_key), b'{"alg":"%s"}' % other.encode(), b"x")
        with pytest.raises(InvalidToken) as refused:
            verify_jws(compact, key_from_jwk(key.jwk()))
        assert refused.value.reason is Reason.ALGORITHM
        # The same text and key, pinned to the algorithm of the text, is fine: only the pin refused it.
        assert verify_jws(compact, key_from_jwk({**key.jwk(), "alg": other.value})) == b"x"


def test_the_algorithm_of_a_key_without_one() -> None:
    for algorithm, expected in (("RS256", Algorithm.RS256), ("PS256", Algorithm.RS256), ("ES256", Algorithm.ES256)):
        published = signing_key(algorithm).jwk()
        del published["alg"]
        assert key_from_jwk(published).algorithm is expected


@pytest.mark.parametrize(
    "extra",
    [{}, {"use": "sig"}, {"key_ops": ["verify"]}, {"key_ops": ["sign", "verify"]}, {"x5c": ["MIIB"]}, {"kid": OMIT}],
)
def test_a_published_key_may_say_more(extra: dict[str, Any]) -> None:
    assert key_from_jwk({**signing_key().jwk(), **extra})


RSA_CHANGES: list[dict[str, Any]] = [
    {"alg": "RS384"},
    {"alg": "PS512"},
    {"alg": "HS256"},
    {"alg": "none"},
    {"alg": "ES256"},
    {"alg": None},
    {"alg": ["RS256"]},
    {"e": "Aw"},
    {"e": "AQAAAAE"},
    {"e": OMIT},
    {"n": OMIT},
    {"n": 65537},
    {"n": ""},
    {"n": number(2**1023 + 1)},
    {"n": number(2**2047)},
    {"n": number(2**8192 + 1)},
    {"n": signing_key("RS256").jwk()["n"] + "="},
    {"d": "AQAB"},
    {"p": "AQAB"},
]
EC_CHANGES: list[dict[str, Any]] = [
    {"alg": "ES384"},
    {"alg": "ES256K"},
    {"alg": "HS256"},
    {"crv": "P-384"},
    {"crv": "secp256k1"},
    {"crv": OMIT},
    {"x": OMIT},
    {"y": 1},
    {"x": number(1, 32)},
    {"x": number(1)},
    {"x": base64url(b"\0" + decode_base64url(signing_key().jwk()["x"]))},
    {"x": signing_key().jwk()["x"] + "\n"},
    {"x": number(0, 32), "y": number(0, 32)},
    {"d": number(1, 32)},
]
COMMON_CHANGES: list[dict[str, Any]] = [
    {"kty": "oct", "k": "AAAA"},
    {"kty": "OKP", "crv": "Ed25519"},
    {"kty": OMIT},
    {"kty": ["EC"]},
    {"use": "enc"},
    {"use": None},
    {"key_ops": ["encrypt"]},
    {"key_ops": []},
    {"key_ops": "verify"},
    {"k": "AAAA"},
]


@pytest.mark.parametrize(
    ("algorithm", "change"),
    [("RS256", change) for change in RSA_CHANGES + COMMON_CHANGES]
    + [("PS256", {"alg": "PS384"})]
    + [("ES256", change) for change in EC_CHANGES + COMMON_CHANGES],
)
def test_a_key_that_is_not_plainly_a_sound_verification_key_is_not_used(algorithm: str, change: dict[str, Any]) -> None:
    published = {name: value for name, value in {**signing_key(algorithm).jwk(), **change}.items() if value is not OMIT}
    assert key_from_jwk(signing_key(algorithm).jwk())
    with pytest.raises(UnusableKey):
        key_from_jwk(published)


def test_ps256_is_ours_and_python_jose_is_not_told() -> None:
    assert "PS256" not in ALGORITHMS.KEYS
    assert "PS256" not in ALGORITHMS.SUPPORTED
    assert isinstance(key_from_jwk(signing_key("PS256").jwk()).jose_key, PS256Key)


def test_a_key_object_holds_the_public_half_of_the_right_kind() -> None:
    for algorithm, kind in (("RS256", rsa.RSAPublicKey), ("ES256", ec.EllipticCurvePublicKey)):
        jose_key = key_from_jwk(signing_key(algorithm).jwk()).jose_key
        assert isinstance(jose_key, Key)
        assert isinstance(vars(jose_key)["prepared_key"], kind)


def test_python_jose_is_touched_by_one_file() -> None:
    users = {
        path.name
        for path in (REPOSITORY / "app").rglob("*.py")
        if any(word in path.read_text() for word in ("from jose", "import jose"))
    }
    assert users == {"signatures.py"}


@pytest.mark.parametrize(("text", "data"), [("", b""), ("AA", b"\0"), ("__-_", b"\xff\xff\xbf")])
def test_base64url_has_one_spelling(text: str, data: bytes) -> None:
    assert decode_base64url(text) == data


@pytest.mark.parametrize("text", ["A", "AB", "AA=", "AA==", "AAB", "A A", "AA\n", "++-_", "é"])
def test_other_spellings_of_base64url_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64"):
        decode_base64url(text)
