"""The cast and a family with a chat, at the server that the sockets are of."""

import pytest

from guidance.models import Contact
from tests.cast import Cast, make_cast
from tests.live_server import Person, WebProcess, family_at


@pytest.fixture
def cast(server: WebProcess) -> Cast:
    return make_cast()


@pytest.fixture
def family(server: WebProcess, cast: Cast) -> tuple[Person, Contact]:
    return family_at(server)
