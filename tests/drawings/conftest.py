"""Shapes of decisions. The tests of a shape run one after another and share its costly states."""

from __future__ import annotations

import pytest

from support.sample import SHAPES


@pytest.fixture(scope="session", params=SHAPES)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)
