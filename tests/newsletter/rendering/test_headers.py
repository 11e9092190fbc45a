"""The headers of every mail of a digest."""

import pytest

from newsletter.rendering.headers import digest_headers, phrase
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db


def test_a_mail_program_can_unsubscribe_with_one_click():
    headers = digest_headers(newsletter=make_newsletter())

    assert headers["List-Unsubscribe"] == "<@@unsubscribe_url@@>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_names_the_list():
    newsletter = make_newsletter(name="Good News", slug="good-news")

    headers = digest_headers(newsletter=newsletter)

    assert headers["List-Id"] == "Good News <good-news.daymark.example>"


def test_vacation_programs_stay_silent_but_nothing_says_a_machine_wrote_it():
    headers = digest_headers(newsletter=make_newsletter())

    assert headers["Precedence"] == "bulk"
    assert "Auto-Submitted" not in headers


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Good News", "Good News"),
        ("News, daily", '"News, daily"'),
        ('The "best"', '"The \\"best\\""'),
        ("Würzige Neuigkeiten", "=?utf-8?q?W=C3=BCrzige_Neuigkeiten?="),
    ],
)
def test_a_name_may_hold_any_sign(name, header):
    assert phrase(name) == header
