"""Every forged, bent or borrowed token we know of, and every wrong way to bring a sound one.

`token_attacks(now)` are tokens that no verifier with `attacked_keys()` may accept; each names the reason for which
ours refuses it, so that a rule which is gone is missed even when another rule happens to catch the case.
`request_attacks(token)` are requests that may not authenticate although the token in them is sound. For both the caller
gets one and the same 401.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.integrations.access_tokens import MAX_AUDIENCES, MAX_ROLES, MAX_TEXT, Reason
from app.integrations.signatures import MAX_TOKEN_LENGTH
from tests.integrations.tokens import AUDIENCE, ISSUER, OMIT, SigningKey, as_json, base64url, mint, signed, signing_key

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Attack:
    name: str
    token: str
    reason: Reason


@dataclass(frozen=True)
class RequestAttack:
    """Headers and query of a request that must get 401; `headers` may name one header twice."""

    name: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    query: dict[str, str] = field(default_factory=dict)


def attacked_keys() -> tuple[SigningKey, SigningKey, SigningKey]:
    """The keys that the attacked service trusts: RS256, PS256 and ES256."""
    return signing_key("RS256", "rs-1"), signing_key("PS256", "ps-1"), signing_key("ES256", "es-1")


def token_attacks(now: int) -> list[Attack]:
    """All attacks, minted at `now`; about 380, in a tenth of a second. Their names are the same at every moment."""
    families: tuple[Callable[[int], Iterator[Attack]], ...] = (
        _algorithms,
        _signatures,
        _public_key_as_secret,
        _known_secrets,
        _foreign_headers,
        _key_ids,
        _types,
        _moments,
        _issuers_and_audiences,
        _subjects,
        _roles_and_texts,
        _twice,
        _structures,
    )
    return [attack for family in families for attack in family(now)]


def _algorithms(now: int) -> Iterator[Attack]:
    rs, ps, es = attacked_keys()
    for spelling in ("none", "None", "NONE", "nOnE"):
        header = as_json({"alg": spelling, "typ": "at+jwt", "kid": es.kid})
        payload = _payload(mint(key=es, now=now))
        yield Attack(f"alg {spelling}, signed", mint(key=es, now=now, header={"alg": spelling}), Reason.ALGORITHM)
        yield Attack(f"alg {spelling}, unsigned", f"{base64url(header)}.{base64url(payload)}.", Reason.MALFORMED)
    shapes: tuple[object, ...] = (
        OMIT,
        None,
        [],
        ["ES256"],
        256,
        {},
        "",
        "ES",
        "ES25",
        "ES256 ",
        "es256",
        "ES256K",
        "ES384",
        "EdDSA",
        True,
    )
    for shape in shapes:
        name = "missing" if shape is OMIT else json.dumps(shape)
        yield Attack(f"alg {name}", mint(key=es, now=now, header={"alg": shape}), Reason.ALGORITHM)
    # The right RSA key, really signed, in a scheme that the key is not pinned to.
    private_key = rs.private_key
    assert isinstance(private_key, rsa.RSAPrivateKey)
    rs384 = _signed_by(rs, now, "RS384", lambda message: private_key.sign(message, padding.PKCS1v15(), hashes.SHA384()))
    yield Attack("alg RS384 with the right key", rs384, Reason.ALGORITHM)
    as_ps256 = SigningKey(rs.kid, ps.algorithm, private_key)
    yield Attack("alg PS256 with the right RS256 key", mint(key=as_ps256, now=now), Reason.ALGORITHM)
    as_rs256 = SigningKey(ps.kid, rs.algorithm, ps.private_key)
    yield Attack("alg RS256 with the right PS256 key", mint(key=as_rs256, now=now), Reason.ALGORITHM)
    yield Attack("alg RS256 with the id of the EC key", mint(key=rs, now=now, header={"kid": es.kid}), Reason.ALGORITHM)
    yield Attack(
        "alg ES256 with the id of the RSA key", mint(key=es, now=now, header={"kid": rs.kid}), Reason.ALGORITHM
    )


def _signatures(now: int) -> Iterator[Attack]:
    for key in attacked_keys():
        alg = key.algorithm.value
        token = mint(key=key, now=now)
        head, body, signature = token.split(".")
        raw = _decode(signature)
        flipped = bytes([raw[0] ^ 1]) + raw[1:]
        bent = {
            "truncated": base64url(raw[:-1]),
            "one byte": base64url(raw[:1]),
            "first bit flipped": base64url(flipped),
            "last bit flipped": base64url(raw[:-1] + bytes([raw[-1] ^ 1])),
            "all zero": base64url(bytes(len(raw))),
            "a zero before": base64url(b"\0" + raw),
            "a zero after": base64url(raw + b"\0"),
            "of another message": mint(key=key, now=now, jti="een-ander").split(".")[2],
        }
        for name, value in bent.items():
            yield Attack(f"{alg} signature {name}", f"{head}.{body}.{value}", Reason.SIGNATURE)
        yield Attack(f"{alg} signature empty", f"{head}.{body}.", Reason.MALFORMED)
        yield Attack(f"{alg} signature left out", f"{head}.{body}", Reason.MALFORMED)
        other = base64url(_payload(mint(key=key, now=now, roles=["beheerder"])))
        yield Attack(f"{alg} payload tampered", f"{head}.{other}.{signature}", Reason.SIGNATURE)
        header = base64url(as_json({"kid": key.kid, "alg": alg, "typ": "application/at+jwt"}))
        yield Attack(f"{alg} header tampered", f"{header}.{body}.{signature}", Reason.SIGNATURE)
        stranger = SigningKey(key.kid, key.algorithm, signing_key(alg, f"vreemd-{alg}").private_key)
        yield Attack(f"{alg} signed by another key", mint(key=stranger, now=now), Reason.SIGNATURE)
    es = attacked_keys()[2]
    head, body, signature = mint(key=es, now=now).split(".")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    for r, s in ((0, 0), (0, 1), (1, 0), (1, 1), (order, order), (order, 1)):
        name = f"({'n' if r == order else r}, {'n' if s == order else s})"
        psychic = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        yield Attack(f"ES256 signature {name}", f"{head}.{body}.{psychic}", Reason.SIGNATURE)
    private_key = es.private_key
    assert isinstance(private_key, ec.EllipticCurvePrivateKey)
    der = private_key.sign(f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    yield Attack("ES256 signature in DER", f"{head}.{body}.{base64url(der)}", Reason.SIGNATURE)


def _public_key_as_secret(now: int) -> Iterator[Attack]:
    """The classic confusion: what everyone may know (the public key) taken for a shared secret."""
    for key in attacked_keys():
        public = key.private_key.public_key()
        pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        secrets = {
            "PEM": pem,
            "PEM stripped": pem.strip(),
            "PEM with CRLF": pem.replace(b"\n", b"\r\n"),
            "DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
            "SSH": public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
            "JWK": json.dumps(key.jwk()).encode(),
        }
        if isinstance(public, rsa.RSAPublicKey):
            secrets["PKCS1"] = public.public_bytes(Encoding.PEM, PublicFormat.PKCS1)
            secrets["modulus"] = _decode(key.jwk()["n"])
        else:
            secrets["point"] = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        for name, secret in secrets.items():
            for bits in (256, 384, 512) if name in {"PEM", "DER"} else (256,):
                token = _hmac(key.kid, now, bits, secret)
                yield Attack(f"HS{bits} keyed with the {key.algorithm.value} key as {name}", token, Reason.ALGORITHM)


def _known_secrets(now: int) -> Iterator[Attack]:
    for secret in ("", "secret", "changeme", "your-256-bit-secret", "\0" * 32):
        token = _hmac("es-1", now, 256, secret.encode())
        yield Attack(f"HS256 keyed with {json.dumps(secret)[:24]}", token, Reason.ALGORITHM)


def _foreign_headers(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    own = signing_key("ES256", "van-de-aanvaller")
    borrowed = SigningKey(es.kid, own.algorithm, own.private_key)
    # Rightly signed by the trusted key, and still refused: nothing that we do not understand may stand in a header.
    foreign: dict[str, object] = {
        "jwk": own.jwk(),
        "jku": "https://aanvaller.voorbeeld.invalid/jwks",
        "x5u": "https://aanvaller.voorbeeld.invalid/keten.pem",
        "x5c": ["MIIB"],
        "x5t": "AAAA",
        "cty": "JWT",
        "zip": "DEF",
        "enc": "A128GCM",
        "b64": False,
        "onbekend": 1,
    }
    for name, value in foreign.items():
        yield Attack(f"header {name}", mint(key=es, now=now, header={name: value}), Reason.HEADER)
        yield Attack(f"header {name}, own key", mint(key=borrowed, now=now, header={name: value}), Reason.HEADER)
    for name, value in {"of an extension": ["exp"], "empty": [], "of b64": ["b64"]}.items():
        yield Attack(f"crit {name}", mint(key=es, now=now, header={"crit": value}), Reason.HEADER)


def _key_ids(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    unknown = {
        "unknown": "es-2",
        "traversal": "../../../../dev/null",
        "SQL": "es-1' OR '1'='1",
        "command": "es-1|id",
        "NUL": "es-1\0",
        "upper case": "ES-1",
        "with a space": "es-1 ",
        "a dunder": "__class__",
        "a method": "get",
        "4000 characters": "e" * 4000,
        "an address": "https://aanvaller.voorbeeld.invalid/jwks",
    }
    for name, kid in unknown.items():
        yield Attack(f"kid {name}", mint(key=es, now=now, header={"kid": kid}), Reason.UNKNOWN_KEY)
    for shape in (OMIT, None, 1, ["es-1"], {"kid": "es-1"}, "", True):
        name = "missing" if shape is OMIT else json.dumps(shape)
        yield Attack(f"kid {name}", mint(key=es, now=now, header={"kid": shape}), Reason.HEADER)


def _types(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    for typ in ("JWT", "jwt", "logout+jwt", "dpop+jwt", "secevent+jwt", "id_token+jwt", "", "at+jwt ", "AT+JWT", "at"):
        yield Attack(f"typ {json.dumps(typ)}", mint(key=es, now=now, header={"typ": typ}), Reason.TYPE)
    yield Attack("typ missing", mint(key=es, now=now, header={"typ": OMIT}), Reason.TYPE)
    for shape in (None, ["at+jwt"], 1):
        yield Attack(f"typ {json.dumps(shape)}", mint(key=es, now=now, header={"typ": shape}), Reason.HEADER)


def _moments(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    shapes: dict[str, object] = {
        "missing": OMIT,
        "null": None,
        "text": str(now + 600),
        "empty text": "",
        "fraction": now + 600.5,
        "whole fraction": float(now + 600),
        "true": True,
        "list": [now + 600],
        "object": {"exp": now + 600},
        "date": "2099-01-01T00:00:00Z",
    }
    for claim in ("exp", "iat", "nbf"):
        for name, value in shapes.items():
            if (claim, name) != ("nbf", "missing"):
                yield Attack(f"{claim} {name}", _minted(es, now, {claim: value}), Reason.CLAIMS)
        for number in ("Infinity", "-Infinity", "NaN", "1e400", "-1e400", "9" * 5000):
            token = _with_raw_claim(es, now, claim, number)
            yield Attack(f"{claim} {number[:9]}", token, Reason.CLAIMS)
    for name, seconds in {
        "now": 0,
        "a second ago": -1,
        "an hour ago": -HOUR,
        "1970": -now,
        "before 1970": -2 * now,
    }.items():
        yield Attack(f"exp {name}", mint(key=es, now=now, exp=now + seconds), Reason.EXPIRED)
    yield Attack("exp before iat", mint(key=es, now=now, iat=now - HOUR, exp=now - 2 * HOUR), Reason.EXPIRED)
    for name, exp in {"a day and a minute ahead": now + DAY + 60, "year 9999": 253402300799, "huge": 10**300}.items():
        yield Attack(f"exp {name}", mint(key=es, now=now, exp=exp), Reason.LIFETIME)
    yield Attack("iat two days ago, exp ahead", mint(key=es, now=now, iat=now - 2 * DAY), Reason.LIFETIME)
    yield Attack("iat 0", mint(key=es, now=now, iat=0), Reason.LIFETIME)
    for claim in ("iat", "nbf"):
        for name, seconds in {"five minutes ahead": 300, "a year ahead": 365 * DAY}.items():
            token = _minted(es, now, {claim: now + seconds})
            yield Attack(f"{claim} {name}", token, Reason.NOT_YET_VALID)


def _issuers_and_audiences(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    issuers = {
        "another": "https://anders.voorbeeld.invalid",
        "with a slash": ISSUER + "/",
        "upper case": ISSUER.upper(),
        "http": ISSUER.replace("https", "http"),
        "a part": ISSUER[:-1],
        "longer": ISSUER + ".aanvaller.invalid",
    }
    for name, issuer in issuers.items():
        yield Attack(f"iss {name}", mint(key=es, now=now, iss=issuer), Reason.ISSUER)
    for name, shape in {"missing": OMIT, "null": None, "list": [ISSUER], "empty": "", "number": 1}.items():
        yield Attack(f"iss {name}", mint(key=es, now=now, iss=shape), Reason.CLAIMS)
    audiences: dict[str, object] = {
        "missing": OMIT,
        "null": None,
        "another": "https://anders.voorbeeld.invalid",
        "a part": AUDIENCE[:-1],
        "longer": AUDIENCE + "/v1",
        "upper case": AUDIENCE.upper(),
        "two in one text": f"{AUDIENCE} https://anders.voorbeeld.invalid",
        "empty list": [],
        "others": ["https://anders.voorbeeld.invalid", "account"],
        "list within a list": [[AUDIENCE]],
        "ours and null": [AUDIENCE, None],
        "ours and a number": [AUDIENCE, 1],
        "object": {AUDIENCE: True},
        "number": 1,
        "star": "*",
        "ours as the last of too many": [*("x" for _ in range(MAX_AUDIENCES)), AUDIENCE],
    }
    for name, audience in audiences.items():
        yield Attack(f"aud {name}", mint(key=es, now=now, aud=audience), Reason.AUDIENCE)


def _subjects(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    shapes: dict[str, object] = {
        "missing": OMIT,
        "null": None,
        "empty": "",
        "number": 1,
        "list": ["voorbeeld-1"],
        "object": {},
        "too long": "v" * (MAX_TEXT + 1),
        "with NUL": "voorbeeld\0-1",
        "with a line break": "voorbeeld-1\r\nlevel=info",
        "half a surrogate": "voorbeeld\ud800",
        "text direction": "voorbeeld\u202e1",
    }
    for claim in ("sub", "client_id", "jti"):
        for name, value in shapes.items():
            yield Attack(f"{claim} {name}", _minted(es, now, {claim: value}), Reason.CLAIMS)


def _roles_and_texts(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    shapes: dict[str, object] = {
        "text": "beheerder",
        "null": None,
        "number": 1,
        "true": True,
        "object": {"beheerder": True},
        "list with a number": ["leerkracht", 1],
        "list with null": ["leerkracht", None],
        "list within a list": [["leerkracht"]],
        "too many": ["leerkracht"] * (MAX_ROLES + 1),
    }
    for name, value in shapes.items():
        yield Attack(f"roles {name}", mint(key=es, now=now, roles=value), Reason.ROLES)
    for claim in ("organisation", "acr"):
        for name, value in {"null": None, "empty": "", "number": 1, "list": ["brin:99XX00"], "NUL": "brin:\0"}.items():
            yield Attack(f"{claim} {name}", _minted(es, now, {claim: value}), Reason.CLAIMS)
    for name, value in {"null": None, "list": ["zaken.lezen"], "line break": "zaken.lezen\nalles"}.items():
        yield Attack(f"scope {name}", mint(key=es, now=now, scope=value), Reason.CLAIMS)


def _twice(now: int) -> Iterator[Attack]:
    """A name that stands twice: one reader takes the first, another the last."""
    es = attacked_keys()[2]
    claims = _payload(mint(key=es, now=now))
    header = as_json({"alg": "ES256", "typ": "at+jwt", "kid": es.kid})
    for name, value in {"sub": "iemand-anders", "roles": ["beheerder"], "exp": now + 900, "iss": ISSUER}.items():
        doubled = claims[:-1] + b", " + as_json({name: value})[1:]
        yield Attack(f"claim {name} twice", signed(es, header, doubled), Reason.CLAIMS)
    for name, value in {"alg": "none", "kid": "rs-1", "typ": "JWT"}.items():
        doubled = as_json({name: value})[:-1] + b", " + header[1:]
        yield Attack(f"header {name} twice", signed(es, doubled, claims), Reason.MALFORMED)
    escaped = claims[:-1] + rb', "su\u0062": "iemand-anders"}'
    yield Attack("claim sub twice, once escaped", signed(es, header, escaped), Reason.CLAIMS)


def _structures(now: int) -> Iterator[Attack]:
    es = attacked_keys()[2]
    token = mint(key=es, now=now)
    head, body, signature = token.split(".")
    texts = {
        "empty": "",
        "a dot": ".",
        "two dots": "..",
        "one part": head,
        "two parts": f"{head}.{body}",
        "four parts": f"{token}.{signature}",
        "five parts, as a JWE": f"{head}.{body}.{signature}.{body}.{signature}",
        "a dot before": f".{token}",
        "a dot after": f"{token}.",
        "header empty": f".{body}.{signature}",
        "a space before": f" {token}",
        "a line break after": f"{token}\n",
        "a space within": f"{head}. {body}.{signature}",
        "NUL after": f"{token}\0",
        "not ASCII": f"{token}é",
        "full-width dots": token.replace(".", "．"),
        "padded": f"{head}={'.'}{body}.{signature}",
        "padded signature": f"{token}==",
        "standard alphabet": f"{head}.{body}.{signature[:-2]}+/",
        "another spelling of the signature": f"{head}.{body}.{_same_bytes_spelled_otherwise(signature)}",
        "an impossible length": f"{head}.{body}.{signature}AAA",
        "quoted": f'"{token}"',
        "twice": f"{token},{token}",
        "JSON serialisation": json.dumps({"protected": head, "payload": body, "signature": signature}),
        "bearer within": f"Bearer {token}",
    }
    for name, text in texts.items():
        yield Attack(f"structure {name}", text, Reason.MALFORMED)
    header, claims = _decode(head), _decode(body)
    headers: dict[str, bytes] = {
        "no JSON": b"alg=ES256",
        "a list": b"[" + header + b"]",
        "a text": b'"ES256"',
        "a number": b"1",
        "null": b"null",
        "deep": b'{"alg":' + b"[" * 2500 + b"]" * 2500 + b"}",
        "deep, not closed": b'{"alg":' + b"[" * 5000,
        "many quotes": b'{"alg":"' + b'\\"' * 2800,
        "with a byte order mark": b"\xef\xbb\xbf" + header,
        "in UTF-16": header.decode().encode("utf-16"),
        "not UTF-8": header.replace(b"es-1", b"es-\xff"),
        "with more behind it": header + b"{}",
        "with NaN": header[:-1] + b', "x": NaN}',
    }
    for name, data in headers.items():
        yield Attack(f"header {name}", signed(es, data, claims), Reason.MALFORMED)
    payloads: dict[str, bytes] = {
        "empty": b"",
        "no JSON": b"sub=voorbeeld-1",
        "a list": b"[" + claims + b"]",
        "a text": json.dumps(claims.decode()).encode(),
        "null": b"null",
        "deep": claims[:-1] + b', "x": ' + b"[" * 2000 + b"]" * 2000 + b"}",
        "deep by objects": claims[:-1] + b', "x": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}",
        "with a byte order mark": b"\xef\xbb\xbf" + claims,
        "in UTF-16": claims.decode().encode("utf-16"),
        "in UTF-32": claims.decode().encode("utf-32-be"),
        "not UTF-8": claims.replace(b"voorbeeld-1", b"voorbeeld-\xff"),
        "with more behind it": claims + b"{}",
        "cut off": claims[:-1],
        "with NaN": claims[:-1] + b', "x": NaN}',
        "a token within": token.encode(),
    }
    for name, data in payloads.items():
        yield Attack(f"payload {name}", signed(es, header, data), Reason.CLAIMS)
    yield Attack("too long", mint(key=es, now=now, vulling="v" * MAX_TOKEN_LENGTH), Reason.TOO_LONG)
    yield Attack("a megabyte of dots", "." * 1_000_000, Reason.TOO_LONG)


def request_attacks(token: str) -> list[RequestAttack]:
    """Requests around a sound token that are not authenticated by it (RFC 6750: the header, one scheme, once)."""

    def authorization(value: str) -> list[tuple[str, str]]:
        return [("Authorization", value)]

    return [
        RequestAttack("no header"),
        RequestAttack("an empty header", authorization("")),
        RequestAttack("scheme Basic", authorization(f"Basic {token}")),
        RequestAttack("scheme Token", authorization(f"Token {token}")),
        RequestAttack("scheme DPoP", authorization(f"DPoP {token}")),
        RequestAttack("scheme with another tail", authorization(f"BearerX {token}")),
        RequestAttack("no scheme", authorization(token)),
        RequestAttack("scheme only", authorization("Bearer")),
        RequestAttack("scheme with a colon", authorization(f"Bearer: {token}")),
        RequestAttack("glued", authorization(f"Bearer{token}")),
        RequestAttack("two tokens", authorization(f"Bearer {token} {token}")),
        RequestAttack("two tokens by comma", authorization(f"Bearer {token}, Bearer {token}")),
        RequestAttack("quoted", authorization(f'Bearer "{token}"')),
        RequestAttack("two headers", [*authorization(f"Bearer {token}"), *authorization(f"Bearer {token}")]),
        RequestAttack("two headers, one false", [*authorization(f"Bearer {token}"), *authorization("Bearer x.y.z")]),
        RequestAttack("in the query", query={"access_token": token}),
        RequestAttack("in the query as token", query={"token": token}),
        RequestAttack("in the query, header false", authorization("Bearer x.y.z"), {"access_token": token}),
        RequestAttack("in a cookie", [("Cookie", f"access_token={token}")]),
        RequestAttack("in another header", [("X-Access-Token", token)]),
        RequestAttack("for a proxy", [("Proxy-Authorization", f"Bearer {token}")]),
        RequestAttack("a name from a proxy", [("X-Forwarded-User", "voorbeeld-1"), ("X-Remote-User", "voorbeeld-1")]),
    ]


def _signed_by(key: SigningKey, now: int, algorithm: str, sign: Callable[[bytes], bytes]) -> str:
    header = as_json({"alg": algorithm, "typ": "at+jwt", "kid": key.kid})
    signing_input = f"{base64url(header)}.{base64url(_payload(mint(key=key, now=now)))}"
    return f"{signing_input}.{base64url(sign(signing_input.encode()))}"


def _hmac(kid: str, now: int, bits: int, secret: bytes) -> str:
    es = attacked_keys()[2]
    header = as_json({"alg": f"HS{bits}", "typ": "at+jwt", "kid": kid})
    signing_input = f"{base64url(header)}.{base64url(_payload(mint(key=es, now=now)))}"
    return f"{signing_input}.{base64url(hmac.digest(secret, signing_input.encode(), getattr(hashlib, f'sha{bits}')))}"


def _minted(key: SigningKey, now: int, claims: Mapping[str, Any]) -> str:
    """As `mint`, for claims that are its own parameters too."""
    return mint(key=key, now=now, **claims)


def _with_raw_claim(key: SigningKey, now: int, claim: str, literal: str) -> str:
    """A claim as text that Python's writer would not write."""
    claims = json.loads(_payload(mint(key=key, now=now)))
    claims.pop(claim, None)
    payload = as_json(claims)[:-1] + f', "{claim}": {literal}}}'.encode()
    return signed(key, as_json({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}), payload)


def _payload(token: str) -> bytes:
    return _decode(token.split(".")[1])


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _same_bytes_spelled_otherwise(text: str) -> str:
    """The last character of unpadded base64url has bits that no byte uses; setting one changes nothing but the text."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) ^ 1]
    assert _decode(other) == _decode(text)
    return other
