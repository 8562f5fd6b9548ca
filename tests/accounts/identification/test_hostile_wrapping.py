"""Every token that is wrapped as it must not be: unsigned, by other algorithms and keys, nested otherwise, cut off.
One thing is wrong, and everything else is as it should be."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import RSAKey

from accounts.identification.interface import Failure, Level
from accounts.models import Person
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import ISSUER, Claims, b64, encrypt, new_key, person, sign, unsigned
from tests.accounts.identification.refusal import refused

pytestmark = pytest.mark.django_db
Wrap = Callable[[Claims, RSAKey], str]


def wrapped(scene: Scene, failure: Failure, wrap: Wrap) -> None:
    scene.provider.wrap = wrap
    refused(scene, failure)


def test_unsigned(scene: Scene) -> None:
    wrapped(scene, Failure.SIGNATURE, lambda claims, ours: encrypt(unsigned(claims), ours))


@pytest.mark.parametrize("name", ["none", "None", "NONE", ""])
def test_unsigned_by_any_spelling_and_with_a_key_named(scene: Scene, name: str) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        header = b64(json.dumps({"alg": name, "kid": "sig-1"}).encode())
        return encrypt(f"{header}.{b64(json.dumps(claims).encode())}.", ours)

    wrapped(scene, Failure.SIGNATURE, wrap)


def test_a_signature_cut_off(scene: Scene) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        head, body, _signature = sign(claims, scene.provider.signing).split(".")
        return encrypt(f"{head}.{body}.", ours)

    wrapped(scene, Failure.SIGNATURE, wrap)


@pytest.mark.parametrize("secret_of", ["pem", "der", "modulus"])
def test_algorithm_swap(scene: Scene, secret_of: str) -> None:
    """HS256 with the provider's public key, which everybody has, as the shared secret."""

    def wrap(claims: Claims, ours: RSAKey) -> str:
        key = scene.provider.signing
        secret = {
            "pem": key.as_pem(private=False),
            "der": key.as_der(private=False),
            "modulus": base64.urlsafe_b64decode(f"{key.as_dict(private=False)['n']}=="),
        }[secret_of]
        header = b64(json.dumps({"alg": "HS256", "typ": "JWT", "kid": key.kid}).encode())
        text = f"{header}.{b64(json.dumps(claims).encode())}"
        return encrypt(f"{text}.{b64(hmac.digest(secret, text.encode(), 'sha256'))}", ours)

    wrapped(scene, Failure.SIGNATURE, wrap)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_of_the_right_key(scene: Scene, algorithm: str) -> None:
    wrapped(
        scene,
        Failure.SIGNATURE,
        lambda claims, ours: encrypt(sign(claims, scene.provider.signing, alg=algorithm), ours),
    )


def test_key_confusion_with_the_providers_encryption_key(scene: Scene) -> None:
    """A published key of the provider, yet not one for signatures."""
    other = RSAKey.import_key({**scene.provider.encryption.as_dict(private=True), "use": "sig"})  # type: ignore[dict-item]
    wrapped(scene, Failure.SIGNATURE, lambda claims, ours: encrypt(sign(claims, other), ours))


def test_key_confusion_with_our_own_key(scene: Scene) -> None:
    """Signed with our signing key: our name is on it, but it is not the provider's."""
    own = scene.backend.keys.signing_key(scene.now).key
    wrapped(scene, Failure.SIGNATURE, lambda claims, ours: encrypt(sign(claims, own), ours))


@pytest.fixture(scope="module")
def foreign_key() -> RSAKey:
    return new_key("sig", "foreign")


def test_encrypted_to_us_by_somebody_else(scene: Scene, foreign_key: RSAKey) -> None:
    """Our public key is everybody's: that a token opens says nothing of who made it."""
    wrapped(scene, Failure.SIGNATURE, lambda claims, ours: encrypt(sign(claims, foreign_key), ours))


def test_signed_by_somebody_else_under_the_providers_key_id(scene: Scene, foreign_key: RSAKey) -> None:
    wrapped(scene, Failure.SIGNATURE, lambda claims, ours: encrypt(sign(claims, foreign_key, kid="sig-1"), ours))


def test_a_key_inside_the_token_is_not_looked_at(scene: Scene, foreign_key: RSAKey) -> None:
    public = foreign_key.as_dict(private=False)
    wrapped(
        scene,
        Failure.SIGNATURE,
        lambda claims, ours: encrypt(sign(claims, foreign_key, jwk=public, jku=f"{ISSUER}/other"), ours),
    )
    assert "/other" not in scene.provider.asked


def test_no_key_named(scene: Scene) -> None:
    wrapped(
        scene, Failure.SIGNATURE, lambda claims, ours: encrypt(sign(claims, scene.provider.signing, kid=None), ours)
    )


def test_another_kind_of_token_of_the_provider(scene: Scene) -> None:
    """An access token or a log-out token, say."""
    wrapped(
        scene,
        Failure.SIGNATURE,
        lambda claims, ours: encrypt(sign(claims, scene.provider.signing, typ="at+jwt"), ours),
    )


def test_not_encrypted(scene: Scene) -> None:
    wrapped(scene, Failure.NOT_ENCRYPTED, lambda claims, ours: sign(claims, scene.provider.signing))


def test_neither_encrypted_nor_signed(scene: Scene) -> None:
    wrapped(scene, Failure.NOT_ENCRYPTED, lambda claims, ours: unsigned(claims))


def test_encrypted_and_not_signed(scene: Scene) -> None:
    wrapped(scene, Failure.NOT_READABLE, lambda claims, ours: encrypt(json.dumps(claims), ours, cty=None))


def test_encrypted_twice(scene: Scene) -> None:
    wrapped(
        scene,
        Failure.NESTING,
        lambda claims, ours: encrypt(encrypt(sign(claims, scene.provider.signing), ours), ours),
    )


def test_signed_twice(scene: Scene) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        return encrypt(sign({"token": sign(claims, scene.provider.signing)}, scene.provider.signing, cty="JWT"), ours)

    wrapped(scene, Failure.NESTING, wrap)


def test_signed_around_encrypted(scene: Scene) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        return sign({"token": encrypt(json.dumps(claims), ours)}, scene.provider.signing, cty="JWT")

    wrapped(scene, Failure.NOT_ENCRYPTED, wrap)


@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_truncated(scene: Scene, kept: float) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        token = encrypt(sign(claims, scene.provider.signing), ours)
        return token[: int(len(token) * kept)]

    wrapped(scene, Failure.NOT_READABLE, wrap)


@pytest.mark.parametrize("part", range(5))
def test_one_bit_changed_on_the_way(scene: Scene, part: int) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        parts = encrypt(sign(claims, scene.provider.signing), ours).split(".")
        middle = len(parts[part]) // 2
        changed = "A" if parts[part][middle] != "A" else "B"
        parts[part] = parts[part][:middle] + changed + parts[part][middle + 1 :]
        return ".".join(parts)

    wrapped(scene, Failure.NOT_READABLE, wrap)


def test_encrypted_to_somebody_else(scene: Scene, foreign_key: RSAKey) -> None:
    stranger = RSAKey.import_key({**foreign_key.as_dict(private=False), "use": "enc"})  # type: ignore[dict-item]
    for kid in (None, "foreign"):
        scene.provider.wrap = lambda claims, ours, kid=kid: encrypt(
            sign(claims, scene.provider.signing), stranger, kid=kid
        )
        assert scene.walk().failure == "not_readable"
    assert not Person.objects.exists()


@pytest.mark.parametrize("header", [{"alg": "RSA1_5"}, {"zip": "DEF"}, {"crit": ["exp"], "exp": 1}])
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_encrypted_as_was_not_agreed(scene: Scene, header: Claims) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        token = encrypt(
            sign(claims, scene.provider.signing), ours, **{k: v for k, v in header.items() if k in ("alg", "zip")}
        )
        head, rest = token.split(".", 1)
        full = {**json.loads(base64.urlsafe_b64decode(head + "==")), **header}
        return f"{b64(json.dumps(full).encode())}.{rest}"

    wrapped(scene, Failure.NOT_READABLE, wrap)


@pytest.mark.parametrize("alg", ["RSA-OAEP", "RSA-OAEP-256"])
@pytest.mark.parametrize("enc", ["A128CBC-HS256", "A256GCM"])
def test_encrypted_by_any_agreed_pair(scene: Scene, alg: str, enc: str) -> None:
    scene.provider.wrap = lambda claims, ours: encrypt(sign(claims, scene.provider.signing), ours, alg=alg, enc=enc)
    assert scene.walk().state == "done"


def test_a_claim_that_stands_twice(scene: Scene) -> None:
    def wrap(claims: Claims, ours: RSAKey) -> str:
        text = f'{{"acr": "{Level.HIGH}", {json.dumps(claims)[1:]}'
        token = jws.serialize_compact({"alg": "RS256", "kid": "sig-1"}, text, scene.provider.signing, ["RS256"])
        return encrypt(token, ours)

    wrapped(scene, Failure.NESTING, wrap)


@pytest.mark.parametrize("token", [None, 7, ["a.b.c"], "", "....", "a.b.c.d", " ", "ä.ö.å.a.b", "a.b.c.d.e.f"])
def test_no_token_at_all(scene: Scene, token: Any) -> None:
    scene.provider.wrap = lambda claims, ours: token
    ended = scene.walk()
    assert ended.state == "failed"
    assert ended.failure in ("wrong_answer", "not_readable")


def test_a_token_of_a_length_that_nobody_needs(scene: Scene) -> None:
    scene.provider.person = {**person(), "padding": "x" * 60_000}
    scene.provider.wrap = lambda claims, ours: "a" * 50_000 + ".b.c.d.e"
    refused(scene, Failure.NOT_READABLE)
