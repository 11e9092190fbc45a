"""Enough new stories for a digest, for those that name them."""

import pytest

from tests.factories import make_article


@pytest.fixture
def stories(db: None) -> None:
    for _ in range(12):
        make_article()
