"""Keys change on both sides, and identities come under new keys, while everybody is still found."""

import datetime as dt
import json
import secrets
import threading
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from joserfc.jwk import RSAKey

from accounts import persons
from accounts.identification import vault
from accounts.identification.oidc.own_keys import KeysMissing, OwnKeys, make_file, read_file, rotate_file
from accounts.models import Person
from audit.codes import AuditGround
from audit.models import AuditEvent
from audit.services import SYSTEM
from core import sealing
from tests.accounts.identification.conftest import Scene
from tests.accounts.identification.provider import encrypt, made_up_code, new_key, person, sign
from tests.cast import NOW

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
CODE = made_up_code("010190", "-", "999")


# -- the provider's keys ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def next_key() -> RSAKey:
    return new_key("sig", "sig-2")


def test_a_new_key_of_the_provider_is_read_when_it_is_first_used(scene: Scene, next_key: RSAKey) -> None:
    scene.walk()
    scene.provider.signing = next_key
    assert scene.walk().state == "done"
    assert scene.walk().state == "done"
    assert scene.provider.asked.count("/jwks") == 2


def test_a_withdrawn_key_is_forgotten_in_an_hour(scene: Scene, next_key: RSAKey) -> None:
    old = scene.provider.signing
    scene.walk()
    scene.provider.published = [next_key]
    scene.provider.signing = old
    assert scene.walk().state == "done", "still remembered"
    scene.ticks += 3601
    assert scene.walk().failure == "signature"


def test_invented_key_ids_make_us_ask_once_a_minute(scene: Scene) -> None:
    scene.walk()
    scene.provider.wrap = lambda claims, ours: encrypt(sign(claims, scene.provider.signing, kid="invented"), ours)
    for _ in range(3):
        assert scene.walk().failure == "signature"
    assert scene.provider.asked.count("/jwks") == 2
    scene.ticks += 61
    scene.walk()
    assert scene.provider.asked.count("/jwks") == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"use": "enc"},
        {"use": None},
        {"kty": "oct", "k": "AAAA"},
        {"alg": "RS512"},
        {"kid": None},
        {"n": "AQAB"},
        {"n": 7},
    ],
)
def test_a_key_that_is_not_for_signatures_is_passed_over(scene: Scene, changed: dict[str, Any]) -> None:
    from accounts.identification.interface import IdentificationFailed
    from accounts.identification.oidc.provider import signing_keys

    good = scene.provider.signing.as_dict(private=False)
    spoiled = {name: value for name, value in {**good, **changed}.items() if value is not None}
    assert list(signing_keys({"keys": [spoiled, {**good, "kid": "good"}, "x"]})) == ["good"]
    with pytest.raises(IdentificationFailed):
        signing_keys({"keys": [spoiled]})


# -- our keys ---------------------------------------------------------------------------------------


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    path = tmp_path / "deep" / "keys.json"
    assert make_file(path, now=NOW)
    return path


def test_the_file_is_for_us_alone_and_publishes_no_secret(own_file: Path) -> None:
    assert own_file.stat().st_mode & 0o777 == 0o600
    published = json.dumps(OwnKeys(own_file).published())
    for key in json.loads(own_file.read_text())["keys"]:
        assert key["n"] in published
        for secret in ("d", "p", "q", "dp", "dq", "qi"):
            assert key[secret] not in published
            assert f'"{secret}"' not in published


def test_a_new_generation_is_published_at_once_and_signs_a_day_later(own_file: Path) -> None:
    keys = OwnKeys(own_file)
    first = keys.signing_key(NOW).kid
    rotate_file(own_file, now=NOW + DAY)
    newest = read_file(own_file)[0].kid
    assert [key["kid"] for key in keys.published()["keys"]][0] == newest
    assert len(keys.published()["keys"]) == 4
    assert keys.signing_key(NOW + DAY).kid == first
    assert keys.signing_key(NOW + 2 * DAY).kid == newest


def test_three_generations_are_kept(own_file: Path) -> None:
    first = {own.kid for own in read_file(own_file)}
    for day in range(1, 4):
        rotate_file(own_file, now=NOW + day * DAY)
    left = read_file(own_file)
    assert len(left) == 6
    assert first.isdisjoint(own.kid for own in left)


def test_a_token_to_an_older_key_of_ours_opens(make_scene: Callable[[Path], Scene], own_file: Path) -> None:
    scene = make_scene(own_file)
    older = next(own.key for own in read_file(own_file) if own.use == "enc")
    for day in (1, 2):
        rotate_file(own_file, now=NOW + day * DAY)
        scene.provider.wrap = lambda claims, newest: encrypt(sign(claims, scene.provider.signing), older)
        assert scene.walk().state == "done"
        scene.provider.wrap = lambda claims, newest: encrypt(sign(claims, scene.provider.signing), older, kid=None)
        assert scene.walk().state == "done", "named or not"
        scene.provider.wrap = None
        assert scene.walk().state == "done", "and one to the newest"
    rotate_file(own_file, now=NOW + 3 * DAY)
    scene.provider.wrap = lambda claims, newest: encrypt(sign(claims, scene.provider.signing), older)
    assert scene.walk().failure == "not_readable", "the fourth generation back is gone"


def test_many_processes_make_one_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    seen: list[list[str]] = []

    def one() -> None:
        published = OwnKeys(path, make_if_missing=True).published()
        seen.append([key["kid"] for key in published["keys"]])

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 4
    assert seen.count(seen[0]) == 4


@pytest.mark.parametrize("text", ["", "{}", '{"keys": []}', '{"keys": [{"kty": "RSA"}]}', "[1]"])
def test_a_spoiled_file_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeysMissing, match=r"keys\.json"):
        OwnKeys(path).published()
    with pytest.raises(KeysMissing):
        OwnKeys(tmp_path / "none.json").published()


def test_the_published_page(client: Client, settings: Any, own_file: Path) -> None:
    options = {**settings.IDENTIFICATION_BACKENDS["ftn"], "keys": str(own_file)}
    settings.IDENTIFICATION_BACKENDS = {"ftn": options}
    answer = client.get("/identify/keys/")
    assert answer.status_code == 200
    assert answer.json() == OwnKeys(own_file).published()
    assert answer.headers["Content-Type"] == "application/jwk-set+json"
    settings.IDENTIFICATION_BACKENDS = {}
    assert client.get("/identify/keys/").status_code == 404


def test_the_command_for_our_keys(tmp_path: Path, settings: Any) -> None:
    file = str(tmp_path / "keys.json")
    out = StringIO()
    call_command("identification_keys", "make", file=file, stdout=out)
    assert out.getvalue().count("\n") == 2
    assert out.getvalue().count("signs now") == 1
    with pytest.raises(CommandError, match="there already"):
        call_command("identification_keys", "make", file=file)
    call_command("identification_keys", "rotate", file=file, stdout=(out := StringIO()))
    assert out.getvalue().count("\n") == 4
    with pytest.raises(CommandError, match="No such file"):
        call_command("identification_keys", "list", file=str(tmp_path / "none.json"))
    with pytest.raises(CommandError, match="Say where"):
        call_command("identification_keys", "list", file="")


# -- identities -------------------------------------------------------------------------------------


def everything_in_the_database() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_the_code_is_nowhere_in_clear(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    done = scene.walk()
    scene.provider.person = person(**{"urn:oid:1.2.246.21": CODE[:-1] + ("A" if CODE[-1] != "A" else "B")})
    assert scene.walk().failure == "no_identity"
    text = everything_in_the_database()
    assert "Huoltaja" in text, "the search sees the rows"
    for secret in (CODE, CODE[:10], CODE.replace("-", ""), CODE.lower(), f"fi:{CODE}"):
        assert secret not in text
        assert secret not in caplog.text
    import hashlib

    for plain in (CODE, f"fi:{CODE}"):
        assert hashlib.sha256(plain.encode()).hexdigest() not in text, "a hash without a key is as good as clear"
    assert done.person is not None
    assert sealing.unseal(done.person.code_sealed) == CODE


def test_the_clear_code_is_shown_only_with_a_record(scene: Scene) -> None:
    found = scene.walk().person
    assert found is not None
    shown = persons.show_identity_code(person=found, actor=SYSTEM, ground=AuditGround.TASK, now=NOW)
    assert shown == CODE
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.code, event.object_id, event.ground) == ("accounts.identity_code.shown", str(found.pk), "task")


def new_keys(settings: Any) -> None:
    for name in ("IDENTITY_HASH_KEYS", "IDENTITY_SEAL_KEYS"):
        setattr(settings, name, [secrets.token_urlsafe(40), *getattr(settings, name)])


def rotate(**options: Any) -> str:
    out = StringIO()
    call_command("rotate_identity_keys", stdout=out, **options)
    return out.getvalue()


def test_a_person_is_found_through_every_generation_of_keys(scene: Scene, settings: Any) -> None:
    first = scene.walk().person
    assert first is not None
    before = Person.objects.values().get()
    for generation in (2, 3, 4):
        new_keys(settings)
        assert scene.walk().person == first, "found before the rotation"
        assert Person.objects.get().hash_generation == generation - 1
        rotate()
        found = Person.objects.get()
        assert found.hash_generation == generation
        assert scene.walk().person == first, "and after it"
        assert sealing.unseal(found.code_sealed) == CODE
    after = Person.objects.values().get()
    assert after["subject_hash"] != before["subject_hash"]
    assert after["code_sealed"] != before["code_sealed"]
    assert Person.objects.count() == 1


def test_a_person_made_under_the_newest_keys_is_the_one_a_rotation_would_have_made(scene: Scene, settings: Any) -> None:
    old = scene.walk().person
    new_keys(settings)
    rotate()
    assert old is not None
    old.refresh_from_db()
    assert old.subject_hash == vault.subject_hashes(f"fi:{CODE}")[-1]


def test_old_keys_open_nothing_after_a_rotation(scene: Scene, settings: Any) -> None:
    scene.walk()
    old_hash_keys, old_seal_keys = settings.IDENTITY_HASH_KEYS, settings.IDENTITY_SEAL_KEYS
    new_keys(settings)
    rotate()
    found = Person.objects.get()
    settings.IDENTITY_HASH_KEYS, settings.IDENTITY_SEAL_KEYS = old_hash_keys, old_seal_keys
    assert found.subject_hash not in vault.subject_hashes(f"fi:{CODE}")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(found.code_sealed)


def test_an_old_seal_key_may_go_after_the_rotation(scene: Scene, settings: Any) -> None:
    first = scene.walk().person
    new_keys(settings)
    rotate()
    settings.IDENTITY_SEAL_KEYS = settings.IDENTITY_SEAL_KEYS[:1]
    assert sealing.unseal(Person.objects.get().code_sealed) == CODE
    assert scene.walk().person == first


def three_persons(scene: Scene) -> None:
    for individual in ("901", "902", "903"):
        scene.provider.person = person(**{"urn:oid:1.2.246.21": made_up_code("010190", "-", individual)})
        scene.walk()


def test_the_rotation_tells_what_it_would_do_and_does_nothing(scene: Scene, settings: Any) -> None:
    three_persons(scene)
    new_keys(settings)
    before = list(Person.objects.order_by("pk").values())
    assert "3 hashes and 3 sealed codes to renew of 3 persons" in rotate(dry_run=True)
    assert list(Person.objects.order_by("pk").values()) == before


def test_the_rotation_goes_by_batches_is_audited_and_finds_nothing_the_second_time(scene: Scene, settings: Any) -> None:
    three_persons(scene)
    new_keys(settings)
    out = rotate(batch=2)
    assert "2 of 3 persons" in out
    assert "3 of 3 persons" in out
    assert "3 persons renewed; hashes are of generation 2" in out
    events = AuditEvent.objects.filter(code="accounts.identity_keys.rotated").order_by("pk")
    assert [event.data for event in events] == [{"persons": 2, "generation": 2}, {"persons": 1, "generation": 2}]
    assert "0 persons renewed" in rotate()
    assert events.count() == 2


def test_a_rotation_without_the_old_seal_key_stops_before_it_loses_anything(scene: Scene, settings: Any) -> None:
    scene.walk()
    before = Person.objects.values().get()
    settings.IDENTITY_SEAL_KEYS = [secrets.token_urlsafe(40)]
    with pytest.raises(CommandError, match="an old key is missing"):
        rotate()
    assert Person.objects.values().get() == before


def test_an_identification_during_a_rotation_does_not_undo_it(scene: Scene, settings: Any) -> None:
    """It read the person before the rotation committed, and writes the name after it."""
    from accounts.models import Person as Model

    scene.walk()
    new_keys(settings)
    original = Model.save

    def save_late(self: Person, *args: Any, **kwargs: Any) -> None:
        rotate()
        original(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Model, "save", save_late)
        scene.walk()
    assert Person.objects.get().hash_generation == 2
