"""Whatever stands where a token should be, the only answer is a refusal: never another exception, never belief."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.identification.interface import IdentificationFailed
from accounts.identification.oidc.provider import signing_keys
from accounts.identification.oidc.tokens import open_id_token
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import Claims, b64, encrypt, sign

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    ["alg", "enc", "kid", "typ", "cty", "zip", "crit", "b64", "jwk", "p2c", "epk", "apu", "iv", "tag"]
)
values = anything | st.sampled_from(
    [
        "RSA-OAEP",
        "RS256",
        "none",
        "dir",
        "A256GCM",
        "A128CBC-HS256",
        "HS256",
        "PBES2-HS256+A128KW",
        "sig-1",
        "DEF",
        "JWT",
    ]
)
headers = st.dictionaries(names, values, max_size=6)
parts = st.binary(max_size=40).map(b64)
many = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def is_refused(scene: Scene, token: str) -> None:
    keys = scene.backend.keys
    published = signing_keys({"keys": [scene.provider.signing.as_dict(private=False)]})

    def signing_key(kid: str) -> Any:
        if kid not in published:
            raise IdentificationFailed("signature")  # type: ignore[arg-type]
        return published[kid]

    with pytest.raises(IdentificationFailed):
        open_id_token(token, decryption_keys=keys.decryption_keys, signing_key=signing_key)


def our_key(scene: Scene) -> Any:
    return scene.backend.keys.decryption_keys(None)[0]


@many
@given(st.text(max_size=60) | st.lists(parts, max_size=7).map(".".join))
@example("....")
@example("e30.e30.e30.e30.e30")
@example("bnVsbA.e30.e30.e30.e30")
def test_any_text(scene: Scene, text: str) -> None:
    is_refused(scene, text)


@many
@given(headers, st.lists(parts, min_size=2, max_size=4))
def test_any_outer_header(scene: Scene, header: Claims, rest: list[str]) -> None:
    is_refused(scene, ".".join([b64(json.dumps(header).encode()), *rest]))


@many
@given(headers)
def test_any_header_on_a_real_envelope(scene: Scene, header: Claims) -> None:
    """The header is part of what is authenticated: changed, nothing opens."""
    token = encrypt(sign({"sub": "x"}, scene.provider.signing), our_key(scene))
    full = {"alg": "RSA-OAEP", "enc": "A128CBC-HS256", "kid": our_key(scene).kid, **header}
    is_refused(scene, f"{b64(json.dumps(full).encode())}.{token.partition('.')[2]}")


@many
@given(headers, parts, parts)
def test_any_inner_header(scene: Scene, header: Claims, payload: str, signature: str) -> None:
    inner = f"{b64(json.dumps(header).encode())}.{payload}.{signature}"
    is_refused(scene, encrypt(inner, our_key(scene)))


@many
@given(st.text(max_size=40))
def test_any_text_in_an_envelope(scene: Scene, text: str) -> None:
    is_refused(scene, encrypt(text, our_key(scene)))


@many
@given(st.dictionaries(st.sampled_from(["keys", "kty"]), anything | st.lists(headers, max_size=3), max_size=2))
def test_any_key_set(answer: Claims) -> None:
    with pytest.raises(IdentificationFailed):
        signing_keys(answer)


def test_the_control_opens(scene: Scene) -> None:
    token = encrypt(sign({"sub": "x"}, scene.provider.signing), our_key(scene))
    published = signing_keys({"keys": [scene.provider.signing.as_dict(private=False)]})
    opened = open_id_token(
        token, decryption_keys=scene.backend.keys.decryption_keys, signing_key=lambda kid: published[kid]
    )
    assert opened.claims == {"sub": "x"}
