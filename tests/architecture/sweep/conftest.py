"""The world that the sweep asks in."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture.sweep.world import World, make_world


@pytest.fixture
def world(db: None, settings: Any) -> Iterator[World]:
    settings.RATE_LIMITS = False
    logging.disable(logging.CRITICAL)  # thousands of refusals
    yield make_world()
    logging.disable(logging.NOTSET)
