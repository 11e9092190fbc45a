"""A mail that is ready, and the people who may approve it."""

import pytest
from django.contrib.auth.models import Permission

from config.models import StaffUser
from newsletter.models import Digest
from tests.factories import (
    make_digest,
    make_newsletter,
    make_reader,
    make_schedule,
    make_section,
    make_staff,
)
from tests.newsletter.content.conftest import site

__all__ = ["site"]


@pytest.fixture
def ready(db: None) -> Digest:
    """A draft in which nothing is missing, for one reader."""
    newsletter = make_newsletter()
    make_schedule(newsletter, approval="editor")
    make_reader(newsletter)
    digest = make_digest(newsletter)
    make_section(digest, "lead", {"headline": "Harbour reopens", "link": "https://a.example/1"})
    return digest


def approver(name: str) -> StaffUser:
    person = make_staff(username=name)
    person.user_permissions.add(Permission.objects.get(codename="approve_digest"))
    return person


@pytest.fixture
def ines(db: None) -> StaffUser:
    return approver("ines")


@pytest.fixture
def jo(db: None) -> StaffUser:
    return approver("jo")
