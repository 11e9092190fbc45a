"""The frame that shows a mail's HTML: no scripts, links that open outside, light and dark."""

import re

import pytest
from django.test import Client

from subscribers.captured_html import framed
from tests.subscribers.outbox.conftest import Capture


def test_the_frame_runs_no_scripts(client: Client, capture: Capture) -> None:
    policy = client.get(f"/outbox/{capture().pk}/html")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    sandbox = re.search(r"sandbox ([^;]*)", policy)
    assert sandbox
    assert "allow-scripts" not in sandbox[1]
    assert "allow-same-origin" not in sandbox[1]


def test_the_page_puts_it_into_a_sandbox(client: Client, capture: Capture) -> None:
    body = client.get(f"/outbox/{capture().pk}/").content.decode()
    frame = re.search(r"<iframe[^>]*>", body)
    assert frame
    assert 'sandbox="allow-popups ' in frame[0]
    assert "allow-scripts" not in frame[0]


def test_its_links_open_outside_the_frame() -> None:
    assert '<head><base target="_blank">' in framed("<head></head>", dark=False)


def test_a_mail_without_a_head_is_framed_too() -> None:
    assert framed("<p>Hello</p>", dark=False).endswith("<p>Hello</p>")


@pytest.mark.parametrize(
    "query",
    ["(prefers-color-scheme: dark)", "screen and (PREFERS-COLOR-SCHEME:dark)"],
)
def test_dark_applies_the_rules_for_dark_mode(query: str) -> None:
    html = f"<style>@media {query} {{}}</style>"
    assert "(min-width:0)" in framed(html, dark=True)
    assert "(max-width:0)" in framed(html, dark=False)


def test_dark_drops_the_rules_for_light_mode() -> None:
    assert "(max-width:0)" in framed("@media (prefers-color-scheme: light) {}", dark=True)


def test_the_words_of_the_mail_are_left_alone() -> None:
    words = "<p>They call it prefers-color-scheme: dark.</p>"
    assert framed(words, dark=True).endswith(words)


def test_the_switches_are_links(client: Client, capture: Capture) -> None:
    number = capture().pk
    body = client.get(f"/outbox/{number}/?dark=1&width=390").content.decode()
    assert f'src="/outbox/{number}/html?dark=1"' in body
    assert 'class="frame phone"' in body
