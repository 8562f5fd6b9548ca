"""The strictness hooks of tests/conftest.py catch what they are there for, and the tools cover every app."""

import socket
import tomllib
from pathlib import Path

import pytest
from django.template import Context, Engine, Origin, Template

from tests.conftest import UndefinedVariable

ROOT = Path(__file__).resolve().parents[2]


def render(text: str, name: Path, **context: object) -> str:
    engine = Engine(string_if_invalid=UndefinedVariable())
    return Template(text, origin=Origin(str(name)), engine=engine).render(Context(context))


def test_an_unknown_variable_in_our_own_template_fails() -> None:
    ours = ROOT / "templates" / "family" / "x.html"
    assert render("{{ known }}", ours, known=1) == "1"
    assert render("{% if unknown %}a{% endif %}", ours) == ""
    with pytest.raises(pytest.fail.Exception, match=r"templates/family/x\.html uses the undefined variable unknown"):
        render("<p>{{ unknown.name }}</p>", ours)


def test_a_package_may_be_as_careless_as_it_is() -> None:
    assert render("<p>{{ unknown }}</p>", ROOT / ".venv/lib/python3/site-packages/x/templates/x.html") == "<p></p>"


@pytest.mark.parametrize("address", ["192.0.2.1", "example.invalid"])
def test_the_outside_network_fails_at_once(address: str) -> None:
    with socket.socket() as outside, pytest.raises(pytest.fail.Exception, match=f"tried to reach {address}:443"):
        outside.connect((address, 443))


def test_this_machine_is_not_outside() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as inside:
        assert inside.getpeername() == server.getsockname()


def test_import_linter_knows_every_app() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    layers = {name.strip() for layer in tool["contracts"][0]["layers"] for name in layer.split("|")}
    assert set(tool["root_packages"]) == layers == apps
