"""Every token that must not be believed, each alone: one thing is wrong, and everything else is as it should be.

`refused` is the measure of all: the attempt has failed for that very reason, nobody became a person, no device speaks
for anybody, and the audit knows. The control stands beside it: the same scene unspoiled is done.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from accounts.identification.interface import Failure, Level
from accounts.models import Identification, Person, VisitorKey
from audit.models import AuditEvent
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import (
    CLIENT_ID,
    ISSUER,
    Claims,
    b64,
    encrypt,
    made_up_code,
    new_key,
    person,
    sign,
    unsigned,
)

pytestmark = pytest.mark.django_db
Wrap = Callable[[Claims, RSAKey], str]


def refused(scene: Scene, failure: Failure, **start: Any) -> Identification:
    ended = scene.walk(**start)
    assert (ended.state, ended.failure) == ("failed", failure.value)
    assert scene.provider.asked.count("/token") == 1, "the token was given and looked at"
    assert not Person.objects.exists()
    assert not VisitorKey.objects.filter(person__isnull=False).exists()
    event = AuditEvent.objects.get()
    assert (event.code, event.data["failure"]) == ("accounts.identification.failed", failure.value)
    return ended


def spoiled(scene: Scene, failure: Failure, **start: Any) -> Callable[[Callable[[Claims], object]], None]:
    def by(change: Callable[[Claims], object]) -> None:
        scene.provider.spoil = lambda claims: (change(claims), None)[1]
        refused(scene, failure, **start)

    return by


def test_the_control_is_believed(scene: Scene) -> None:
    assert scene.walk().state == "done"


# -- claims -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", ["https://another.test", f"{ISSUER}/", "", None])
def test_another_issuer(scene: Scene, issuer: str | None) -> None:
    spoiled(scene, Failure.WRONG_ISSUER)(lambda claims: claims.update(iss=issuer))


@pytest.mark.parametrize("audience", ["somebody-else", [], [CLIENT_ID, "somebody-else"], None, CLIENT_ID.upper()])
def test_for_another_client(scene: Scene, audience: object) -> None:
    spoiled(scene, Failure.WRONG_AUDIENCE)(lambda claims: claims.update(aud=audience))


def test_authorised_for_another_party(scene: Scene) -> None:
    spoiled(scene, Failure.WRONG_AUDIENCE)(lambda claims: claims.update(azp="somebody-else"))


def test_an_audience_in_a_list_of_one_is_ours(scene: Scene) -> None:
    scene.provider.spoil = lambda claims: claims.update(aud=[CLIENT_ID], azp=CLIENT_ID)
    assert scene.walk().state == "done"


@pytest.mark.parametrize("nonce", ["another-nonce", "", None, 7, ["nonce"]])
def test_another_nonce(scene: Scene, nonce: object) -> None:
    spoiled(scene, Failure.WRONG_NONCE)(lambda claims: claims.update(nonce=nonce))


def test_no_nonce(scene: Scene) -> None:
    spoiled(scene, Failure.WRONG_NONCE)(lambda claims: claims.pop("nonce"))


def test_expired(scene: Scene) -> None:
    spoiled(scene, Failure.EXPIRED)(lambda claims: claims.update(exp=claims["iat"] - 60))


def test_within_a_minute_clocks_may_differ(scene: Scene) -> None:
    scene.provider.spoil = lambda claims: claims.update(exp=claims["iat"] - 59, auth_time=claims["iat"] + 59)
    assert scene.walk().state == "done"


def test_issued_in_the_future(scene: Scene) -> None:
    spoiled(scene, Failure.NOT_YET_VALID)(lambda claims: claims.update(iat=claims["iat"] + 61))


def test_not_valid_yet(scene: Scene) -> None:
    spoiled(scene, Failure.NOT_YET_VALID)(lambda claims: claims.update(nbf=claims["iat"] + 61))


def test_issued_before_the_attempt(scene: Scene) -> None:
    spoiled(scene, Failure.EXPIRED)(lambda claims: claims.update(iat=claims["iat"] - 61))


def test_an_old_authentication(scene: Scene) -> None:
    """Of somebody who used this device before, perhaps."""
    spoiled(scene, Failure.OLD_AUTHENTICATION)(lambda claims: claims.update(auth_time=claims["iat"] - 61))


def test_no_time_of_authentication(scene: Scene) -> None:
    spoiled(scene, Failure.OLD_AUTHENTICATION)(lambda claims: claims.pop("auth_time"))


@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize("value", [None, True, "1790000000", [], -1, 10**30])
def test_a_time_that_is_none(scene: Scene, name: str, value: object) -> None:
    spoiled(scene, Failure.WRONG_ANSWER)(lambda claims: claims.update({name: value}))


def test_a_time_that_never_comes(scene: Scene) -> None:
    """JSON has no NaN, which no comparison would ever find too late."""
    scene.provider.spoil = lambda claims: claims.update(exp=float("nan"))
    refused(scene, Failure.NESTING)


@pytest.mark.parametrize("acr", ["http://eidas.europa.eu/LoA/low", "http://ftn.ficora.fi/2017/loa1", "", None, [], 3])
def test_a_low_level(scene: Scene, acr: Any) -> None:
    spoiled(scene, Failure.LOW_LEVEL)(lambda claims: claims.update(acr=acr))


def test_a_test_environments_level(scene: Scene) -> None:
    scene.provider.acr = "http://ftn.ficora.fi/2017/loatest2"
    refused(scene, Failure.LOW_LEVEL)


def test_no_level(scene: Scene) -> None:
    scene.provider.acr = None
    refused(scene, Failure.LOW_LEVEL)


def test_a_level_below_the_one_asked(scene: Scene) -> None:
    scene.provider.acr = Level.SUBSTANTIAL
    refused(scene, Failure.LOW_LEVEL, level=Level.HIGH)


def test_what_the_query_says_of_the_level_counts_for_nothing(scene: Scene) -> None:
    scene.provider.acr = None
    started = scene.start()
    params = scene.provider.come_back(started.address, acr=Level.HIGH, acr_values=Level.HIGH)
    assert scene.complete(params, started.browser_secret).failure == "low_level"
    assert not Person.objects.exists()


def test_no_subject(scene: Scene) -> None:
    spoiled(scene, Failure.WRONG_ANSWER)(lambda claims: claims.pop("sub"))


# -- who it is --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"urn:oid:1.2.246.21": None},
        {"urn:oid:1.2.246.21": "010190-999X"},
        {"urn:oid:1.2.246.21": "not a code"},
        {"urn:oid:1.2.246.21": ["010190-999P"]},
        {"urn:oid:2.5.4.4": None},
        {"urn:oid:2.5.4.4": " "},
        {"urn:oid:1.2.246.575.1.14": "E" * 201},
        {"urn:oid:1.2.246.575.1.14": "Eka\u202e"},
    ],
)
def test_claims_that_name_nobody(scene: Scene, changed: Claims) -> None:
    scene.provider.person = person(**changed)
    refused(scene, Failure.NO_IDENTITY)


def test_a_made_up_code_is_nobodys_outside_the_demo(scene: Scene) -> None:
    object.__setattr__(scene.backend, "artificial_allowed", False)
    refused(scene, Failure.NO_IDENTITY)


def test_a_real_ones_form_is_believed_outside_the_demo(scene: Scene) -> None:
    object.__setattr__(scene.backend, "artificial_allowed", False)
    scene.provider.person = person(**{"urn:oid:1.2.246.21": made_up_code("010190", "-", "123")})
    assert scene.walk().state == "done"


# -- wrapping ---------------------------------------------------------------------------------------


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
        from joserfc import jws

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


# -- the same again ---------------------------------------------------------------------------------


def test_a_tokens_number_counts_once(scene: Scene) -> None:
    """All else is fresh and right: only the number (jti) betrays it."""
    fixed = secrets.token_hex(8)
    scene.provider.spoil = lambda claims: claims.update(jti=fixed)
    assert scene.walk().state == "done"
    again = scene.walk()
    assert (again.state, again.failure, again.person) == ("failed", "replayed", None)
    assert Identification.objects.filter(state="done").count() == 1


def test_a_token_without_a_number_counts_once_too(scene: Scene) -> None:
    kept: list[Claims] = []

    def spoil(claims: Claims) -> None:
        claims.pop("jti")
        if kept:
            claims.clear()
            claims.update(kept[0])
        kept.append(dict(claims))

    scene.provider.spoil = spoil
    first = scene.start()
    assert scene.complete(scene.provider.come_back(first.address), first.browser_secret).state == "done"
    second = scene.start()
    # As if the nonce were the same, so that nothing but the token itself can tell.
    Identification.objects.filter(pk=second.identification.pk).update(
        nonce_hash=Identification.objects.get(pk=first.identification.pk).nonce_hash
    )
    ended = scene.complete(scene.provider.come_back(second.address), second.browser_secret)
    assert (ended.state, ended.failure) == ("failed", "replayed")


def test_a_replayed_token_of_another_attempt_has_another_nonce(scene: Scene) -> None:
    tokens: list[str] = []

    def wrap(claims: Claims, ours: RSAKey) -> str:
        tokens.append(encrypt(sign(claims, scene.provider.signing), ours))
        return tokens[0]

    scene.provider.wrap = wrap
    assert scene.walk().state == "done"
    again = scene.walk()
    assert (again.state, again.failure) == ("failed", "wrong_nonce")
