"""The desk over the demo: each group walks along all links that it is shown, and none is dead."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from config.rights import ADMINISTRATOR, AUDIENCE, EDITOR, SENDER
from tests.factories import make_staff

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("loaded"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="It is the same on each database"),
]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def kind(path: str) -> str:
    """The page, without which thing it is of and what is looked for."""
    return re.sub(r"[0-9]+", "N", urlsplit(path).path)


def walk(client: Client) -> dict[str, int]:
    """Path -> status, of a page of each kind that can be reached from the first."""
    found: dict[str, int] = {}
    kinds, waiting = set[str](), ["/admin/"]
    while waiting:
        path = waiting.pop(0)
        if kind(path) in kinds:
            continue
        kinds.add(kind(path))
        response: Any = client.get(path)
        found[path] = response.status_code
        if response.headers.get("Content-Type", "").startswith("text/html"):
            waiting += links(response.content.decode(), at=path)
    return found


def links(page: str, *, at: str) -> list[str]:
    """Where it leads at the desk. The parser of `crawling` would take a minute for these pages."""
    found = {urljoin(at, unescape(link)) for link in re.findall(r' href="([^"]+)"', page)}
    return sorted(urldefrag(link).url for link in found if link.startswith("/admin/"))


@pytest.mark.parametrize("group", [ADMINISTRATOR, EDITOR, SENDER, AUDIENCE])
def test_no_link_of_the_desk_is_dead(client: Client, group: str) -> None:
    person = make_staff()
    person.groups.add(Group.objects.get(name=group))
    client.force_login(person)
    found = walk(client)
    assert len(found) > 10
    assert {path: status for path, status in found.items() if status not in {200, 302}} == {}
