"""Shapes of decisions. Tests of one shape run after each other, because its states are costly."""

from __future__ import annotations

import pytest

from support.sample import SHAPES


@pytest.fixture(scope="session", params=SHAPES)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)
