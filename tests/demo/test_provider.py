"""The demo's identity provider speaks the profile in full, and refuses a client that does not."""

import base64
import datetime as dt
import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from joserfc.errors import JoseError

from perhekeskus.demo.provider.faults import Fault
from perhekeskus.demo.provider.persons import LEVELS, identity_code, persons
from tests.demo.client import Client, Refusal, call, outcome
from tests.identity_provider import IdentityProvider

LOA2, LOA3 = (LEVELS[level][0] for level in ("substantial", "high"))


@pytest.fixture
def client(identity_provider: IdentityProvider) -> Client:
    client = Client(identity_provider.url)
    identity_provider.steer(keys=client.keys, answer="eka")
    return client


def token_of(client: Client, **request: object) -> str:
    return client.fetch(outcome(client.ask(**request))["code"])


def test_the_whole_way(client: Client) -> None:
    back = outcome(client.ask())
    assert (back["state"], back["iss"]) == (client.state, client.issuer)
    claims = client.read(client.fetch(back["code"]))
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (client.issuer, "perhekeskus-demo", client.nonce)
    assert claims["acr"] == LOA2
    assert 0 <= claims["exp"] - claims["iat"] <= 600
    assert abs(claims["auth_time"] - claims["iat"]) < 60
    assert claims["urn:oid:1.2.246.21"] == "010190-901R"
    assert claims["urn:oid:1.2.246.575.1.14"] == "Eka"
    assert claims["urn:oid:2.5.4.4"] == "Huoltaja"
    assert claims["urn:oid:1.3.6.1.5.5.7.9.1"] == "1990-01-01"


def test_each_token_is_another_one(client: Client) -> None:
    first, second = client.read(token_of(client)), client.read(token_of(client))
    assert first["jti"] != second["jti"]
    assert first["sub"] != second["sub"], "the person is known by the attributes, not by a number that stays"


def test_the_newer_encryption_for_a_client_whose_key_says_so(identity_provider: IdentityProvider) -> None:
    client = Client(identity_provider.url, alg="RSA-OAEP-256")
    identity_provider.steer(keys=client.keys, answer="eka")
    assert client.read(token_of(client))["acr"] == LOA2


def test_metadata_tells_what_is_true(client: Client) -> None:
    metadata = client.metadata
    assert metadata["issuer"] == client.issuer
    assert metadata["require_signed_request_object"] is True
    assert metadata["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    published = json.loads(call(metadata["jwks_uri"])[2])["keys"]
    assert sorted(key["use"] for key in published) == ["enc", "sig"]
    assert all("d" not in key and key["kty"] == "RSA" for key in published)


# -- who --------------------------------------------------------------------------------------------


def test_the_cast_of_the_contract() -> None:
    cast = {person.key: person for person in persons(dt.date(2026, 11, 23))}
    assert [cast[key].name for key in ("eka", "toka", "svensk", "nuori")] == [
        "Eka Huoltaja", "Toka Huoltaja", "Svensk Huoltaja", "Nuori Testi",
    ]  # fmt: skip
    codes = [person.identity_code for person in cast.values() if person.identity_code]
    assert len(set(codes)) == 5
    assert all(code[7] == "9" for code in codes), "the 900 series: nobody's real code"
    # Reckoned by hand from the rule: 131052308 mod 31 is 23, the character T of the official example.
    assert identity_code(dt.date(1952, 10, 13), 308) == "131052-308T"
    assert identity_code(dt.date(2010, 1, 1), 905) == "010110A9057"


@pytest.mark.parametrize("today", [dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2031, 6, 1)])
def test_the_young_one_is_sixteen_on_every_day(today: dt.date) -> None:
    young = next(person for person in persons(today) if person.key == "nuori")
    had_birthday = (today.month, today.day) >= (young.born.month, young.born.day)
    assert today.year - young.born.year - (not had_birthday) == 16


def test_a_person_without_a_finnish_code(client: Client, identity_provider: IdentityProvider) -> None:
    identity_provider.steer(answer="eidas")
    claims = client.read(token_of(client))
    assert claims["acr"] == "http://eidas.europa.eu/LoA/substantial"
    assert not any(name.startswith("urn:oid:") for name in claims)
    eidas = "http://eidas.europa.eu/attributes/naturalperson/"
    assert claims[f"{eidas}PersonIdentifier"] == "EE/FI/DEMO-49108200001"
    assert (claims[f"{eidas}CurrentGivenName"], claims[f"{eidas}CurrentFamilyName"]) == ("Mari", "Vanem")


def test_a_person_with_a_non_disclosure_order(client: Client, identity_provider: IdentityProvider) -> None:
    assert client.read(token_of(client))["urn:oid:1.2.246.517.2002.2.27"] == "0"
    identity_provider.steer(answer="turva")
    assert client.read(token_of(client))["urn:oid:1.2.246.517.2002.2.27"] == "1"


def test_the_level_that_was_asked_or_the_one_that_was_chosen(
    client: Client, identity_provider: IdentityProvider
) -> None:
    assert client.read(token_of(client, acr_values=LOA3))["acr"] == LOA3
    identity_provider.steer(level="substantial")
    assert client.read(token_of(client, acr_values=LOA3))["acr"] == LOA2, (
        "a choice below what was asked is told as it is"
    )


def test_cancelling_comes_back_as_access_denied(client: Client, identity_provider: IdentityProvider) -> None:
    identity_provider.steer(answer="cancel")
    back = outcome(client.ask())
    assert back == {"error": "access_denied", "state": client.state, "iss": client.issuer}


# -- what a client must do ---------------------------------------------------------------------------


def refusal_of(client: Client, **changes: object) -> str:
    with pytest.raises(Refusal) as refused:
        client.ask(**changes)
    assert refused.value.status == 400
    return refused.value.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "x"}, "iss in the request object"),
        ({"aud": "https://elsewhere.example"}, "aud in the request object"),
        ({"nonce": None}, "nonce is missing"),
        ({"state": None}, "state is missing"),
        ({"jti": None}, "jti is missing"),
        ({"acr_values": None}, "acr_values is missing"),
        ({"ftn_spname": None}, "ftn_spname is missing"),
        ({"ftn_spname": "x" * 41}, "longer than 40"),
        ({"code_challenge_method": "plain"}, "PKCE with S256"),
        ({"response_type": "token"}, "response_type"),
        ({"exp": 1}, "has expired"),
        ({"exp": None}, "exp or iat is missing"),
        ({"redirect_uri": "http://elsewhere.example/identify/return/"}, "redirect_uri is not registered"),
        ({"redirect_uri": "http://127.0.0.1:9/other/"}, "redirect_uri is not registered"),
        ({"redirect_uri": "http://x@127.0.0.1:9/identify/return/"}, "redirect_uri is not registered"),
        ({"redirect_uri": None}, "redirect_uri is not registered"),
    ],
)
def test_a_request_that_lacks_something_is_refused(client: Client, changes: dict[str, object], words: str) -> None:
    outcome(client.ask())  # the same without the change is answered
    assert words in refusal_of(client, **changes)


def test_parameters_beside_the_signed_ones_do_not_count(client: Client) -> None:
    request = client.signed(client.request_claims())
    with pytest.raises(Refusal, match="disagree about acr_values"):
        client.ask_with(request, acr_values="http://eidas.europa.eu/LoA/low")
    address = f"{client.metadata['authorization_endpoint']}?client_id=perhekeskus-demo&scope=openid"
    with pytest.raises(Refusal, match="must come signed"):
        call(address)


def test_a_request_signed_by_somebody_else_is_refused(client: Client) -> None:
    stranger = Client(client.issuer)
    with pytest.raises(Refusal, match="does not publish"):
        client.ask_with(stranger.signed(stranger.request_claims()))
    with pytest.raises(Refusal, match="not valid"):
        client.ask_with(stranger.signed(stranger.request_claims(), kid=client.signing.kid))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"aud": "https://elsewhere.example"}, "invalid_client"),
        ({"sub": "x"}, "invalid_client"),
        ({"exp": 1}, "invalid_client"),
        ({"jti": ""}, "invalid_client"),
    ],
)
def test_an_assertion_that_is_not_right_is_refused(client: Client, changes: dict[str, object], error: str) -> None:
    code = outcome(client.ask())["code"]
    with pytest.raises(Refusal, match=error) as refused:
        client.fetch(code, client_assertion=client.assertion(**changes))
    assert refused.value.status == 401
    assert client.fetch(code), "the code was not spent by a stranger's attempt"


def test_an_assertion_counts_once(client: Client) -> None:
    assertion = client.assertion()
    client.fetch(outcome(client.ask())["code"], client_assertion=assertion)
    with pytest.raises(Refusal, match="used already"):
        client.fetch(outcome(client.ask())["code"], client_assertion=assertion)


def test_a_code_counts_once_and_for_its_verifier(client: Client) -> None:
    code = outcome(client.ask())["code"]
    with pytest.raises(Refusal, match="code_verifier"):
        client.fetch(code, code_verifier="x" * 64)
    with pytest.raises(Refusal, match="redirect_uri"):
        client.fetch(code, redirect_uri="http://127.0.0.1:10/identify/return/")
    client.fetch(code)
    with pytest.raises(Refusal, match="invalid_grant"):
        client.fetch(code)


# -- misbehaving -------------------------------------------------------------------------------------


def claims_with(client: Client, identity_provider: IdentityProvider, fault: Fault) -> dict[str, object]:
    identity_provider.steer(fault=fault)
    return client.read(token_of(client))


def test_each_wrong_claim_is_wrong_alone(client: Client, identity_provider: IdentityProvider) -> None:
    right = claims_with(client, identity_provider, Fault.NONE)
    changed = {
        Fault.WRONG_AUD: {"aud"}, Fault.WRONG_ISS: {"iss"}, Fault.WRONG_NONCE: {"nonce"},
        Fault.MISSING_NONCE: {"nonce"}, Fault.LOW_ACR: {"acr"}, Fault.MISSING_ACR: {"acr"},
        Fault.MISSING_AUTH_TIME: {"auth_time"},
    }  # fmt: skip
    fresh = {"iat", "exp", "jti", "sub", "session_index", "auth_time"}
    for fault, names in changed.items():
        wrong = claims_with(client, identity_provider, fault)
        differing = {name for name in right if wrong.get(name) != right[name]}
        assert differing - fresh | names == names, fault
        assert all(wrong.get(name) != right[name] for name in names - {"auth_time"}), fault
    assert "acr" not in claims_with(client, identity_provider, Fault.MISSING_ACR)
    assert "auth_time" not in claims_with(client, identity_provider, Fault.MISSING_AUTH_TIME)
    assert "nonce" not in claims_with(client, identity_provider, Fault.MISSING_NONCE)
    assert "urn:oid:1.2.246.21" not in claims_with(client, identity_provider, Fault.MISSING_PERSON)


def test_wrong_times(client: Client, identity_provider: IdentityProvider) -> None:
    right = claims_with(client, identity_provider, Fault.NONE)
    now = right["iat"]
    assert isinstance(now, int)
    assert claims_with(client, identity_provider, Fault.EXPIRED)["exp"] < now - 300  # type: ignore[operator]
    assert claims_with(client, identity_provider, Fault.FUTURE_IAT)["iat"] > now + 600  # type: ignore[operator]
    assert claims_with(client, identity_provider, Fault.OLD_AUTH_TIME)["auth_time"] < now - 80_000  # type: ignore[operator]


def header(token: str) -> dict[str, str]:
    part = token.split(".")[0]
    found: dict[str, str] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_wrong_wrappings(client: Client, identity_provider: IdentityProvider) -> None:
    def token(fault: Fault) -> str:
        identity_provider.steer(fault=fault)
        return token_of(client)

    assert header(client.open(token(Fault.NONE)))["alg"] == "RS256"
    assert header(client.open(token(Fault.UNSIGNED)))["alg"] == "none"
    assert client.open(token(Fault.UNSIGNED)).endswith(".")
    assert header(client.open(token(Fault.ALGORITHM_SWAP)))["alg"] == "HS256"
    assert header(token(Fault.NOT_ENCRYPTED))["alg"] == "RS256"
    assert header(client.open(client.open(token(Fault.NESTED_TWICE))))["alg"] == "RS256"
    for fault in (Fault.UNKNOWN_KEY, Fault.BROKEN_SIGNATURE, Fault.UNSIGNED, Fault.ALGORITHM_SWAP, Fault.TRUNCATED):
        wrong = token(fault)
        with pytest.raises((JoseError, ValueError)):
            client.read(wrong)


def test_the_same_token_again(client: Client, identity_provider: IdentityProvider) -> None:
    first = token_of(client)
    identity_provider.steer(fault="replay")
    assert token_of(client) == first
    again = claims_with(client, identity_provider, Fault.REPEATED_JTI)
    assert again["jti"] == client.read(first)["jti"]


def test_a_wrong_way_back(client: Client, identity_provider: IdentityProvider) -> None:
    identity_provider.steer(fault="wrong_state")
    assert outcome(client.ask())["state"] != client.state
    identity_provider.steer(fault="wrong_iss_parameter")
    assert outcome(client.ask())["iss"] != client.issuer
    identity_provider.steer(fault="server_error")
    assert outcome(client.ask())["error"] == "server_error"


def test_trouble_in_the_back_channel(client: Client, identity_provider: IdentityProvider) -> None:
    identity_provider.steer(fault="token_error")
    with pytest.raises(Refusal, match="500"):
        token_of(client)
    identity_provider.steer(fault="huge")
    assert token_of(client)


def test_rotation_keeps_old_keys_or_drops_them(client: Client, identity_provider: IdentityProvider) -> None:
    before = token_of(client)
    identity_provider.steer(rotate="keep")
    assert header(client.open(token_of(client)))["kid"] != header(client.open(before))["kid"]
    assert client.read(before), "what the old key signed can still be checked"
    identity_provider.steer(rotate="drop")
    with pytest.raises((JoseError, ValueError)):
        client.read(before)
    assert client.read(token_of(client))


# -- who may steer, and where it may run ---------------------------------------------------------------


def test_nobody_steers_without_the_secret(identity_provider: IdentityProvider) -> None:
    assert identity_provider.seen()["plan"]["answer"] == ""
    with pytest.raises(Refusal, match="404"):
        call(f"{identity_provider.url}/control")


def test_what_was_asked_can_be_seen(client: Client, identity_provider: IdentityProvider) -> None:
    client.ask()
    seen = identity_provider.seen()
    assert seen["requests"][-1]["nonce"] == client.nonce
    assert seen["counts"]["authorize"] == 1


def test_it_never_runs_in_production() -> None:
    for mode in ("0", ""):
        done = subprocess.run(
            [sys.executable, "-m", "perhekeskus.demo.provider", "--port", "1"],
            env={**os.environ, "DEMO_MODE": mode}, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == 1
        assert "lets anybody be anybody: it runs in demo mode only (DEMO_MODE=1)." in done.stderr


def test_strict_headers_and_no_outside_address(client: Client, identity_provider: IdentityProvider) -> None:
    identity_provider.steer(answer="")
    page = client.ask()
    assert urlsplit(page).path.startswith("/choose/")
    _status, headers, text = call(page)
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert "form-action 'self' http://127.0.0.1:9;" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "<script" not in text and "style=" not in text
    assert 'lang="sv"' in text, "ui_locales were asked for in this order: sv fi"
