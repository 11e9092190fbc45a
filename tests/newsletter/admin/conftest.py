"""Somebody at the desk, and a mail to work on."""

import pytest
from django.test import Client
from django.urls import reverse

from config.models import StaffUser
from newsletter.models import Digest
from tests.factories import make_digest, make_newsletter, make_readers, make_section, make_staff


@pytest.fixture
def editor(db: None) -> StaffUser:
    return make_staff(is_superuser=True)


@pytest.fixture
def desk(editor: StaffUser, client: Client) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def mail(db: None) -> Digest:
    """A draft that is ready, of a newsletter that 1,203 people get."""
    newsletter = make_newsletter()
    make_readers(newsletter, 1_203)
    digest = make_digest(newsletter, subject="Harbour reopens", release_at=None)
    make_section(digest, "lead", {"headline": "Harbour reopens", "link": "https://a.example/1"})
    make_section(
        digest,
        "more",
        {"headline": "Ferry fares rise", "link": "https://a.example/2"},
        {"headline": "A night bus", "link": "https://a.example/3"},
    )
    return digest


def page_of(digest: Digest, name: str = "change") -> str:
    return reverse(f"admin:newsletter_digest_{name}", args=[digest.pk])


def step_of(digest: Digest, key: str) -> str:
    return reverse("admin:newsletter_digest_step", args=[digest.pk, key])
