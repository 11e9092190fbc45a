"""What readiness says of subject, preview line, numbers and lengths."""

from datetime import timedelta

import pytest

from newsletter.models import Digest, Item
from newsletter.release import readiness
from tests.factories import NOW, make_readers, make_scheduled_digest, make_section

pytestmark = pytest.mark.django_db


def codes(digest: Digest) -> list[str]:
    return [problem.code for problem in readiness.problems(digest=digest, now=NOW)]


def test_a_ready_mail_has_nothing_to_look_at(ready: Digest) -> None:
    assert codes(ready) == []


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ("HARBOUR REOPENS", "loud_subject"),
        ("Harbour reopens on 24 November", "date_in_subject"),
        ("The harbour, 2026-11-24", "date_in_subject"),
        ("Nov 24: the harbour", "date_in_subject"),
        ("x" * 56, "long_subject"),
    ],
)
def test_a_subject_that_reads_badly_is_worth_a_look(ready: Digest, subject: str, code: str) -> None:
    ready.subject = subject
    assert codes(ready) == [code]


@pytest.mark.parametrize("subject", ["NATO meets", "EU", "Open 24/7", "In May the boats return"])
def test_names_and_figures_are_no_shouting_and_no_date(ready: Digest, subject: str) -> None:
    ready.subject = subject
    assert codes(ready) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "no_preheader"),
        ("Too short", "preheader_length"),
        ("x" * 91, "preheader_length"),
        ("Harbour reopens after the storm: boats went out again.", "preheader_repeats"),
    ],
)
def test_a_preview_line_that_is_of_no_use_is_worth_a_look(
    ready: Digest, line: str, code: str
) -> None:
    ready.preheader = line
    assert codes(ready) == [code]


def test_each_finding_says_what_to_do_and_where(ready: Digest) -> None:
    ready.subject = ""
    (found,) = readiness.problems(digest=ready, now=NOW)
    assert found.todo
    assert found.where.endswith(f"/{ready.pk}/change/#id_subject")


def test_a_section_with_too_little_is_worth_a_look_unless_it_is_empty(ready: Digest) -> None:
    section = make_section(ready, "brief", at_least=4, at_most=6)
    assert codes(ready) == []
    section.items.create(headline="A night bus")
    assert codes(ready) == ["short_section"]


def test_a_text_longer_than_its_section_is_made_for_is_worth_a_look(ready: Digest) -> None:
    Item.objects.update(blurb="word " * 36)
    assert codes(ready) == ["section_words"]


def test_a_headline_of_more_than_200_characters_is_worth_a_look(ready: Digest) -> None:
    Item.objects.update(headline="x" * 201)
    assert codes(ready) == ["long_headline"]


def test_a_mail_that_gmail_would_cut_off_is_worth_a_look(ready: Digest) -> None:
    ready.intro = "word " * 22_000
    assert "size" in codes(ready)


def test_a_mail_without_a_way_out_does_not_go(
    ready: Digest, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = readiness.drawn.placeholders
    monkeypatch.setattr(
        readiness.drawn, "placeholders", lambda part: real(part) - {"unsubscribe_url"}
    )
    assert codes(ready) == ["no_way_out", "no_way_out"]


def past(digest: Digest, sizes: list[int]) -> None:
    for number, size in enumerate(sizes):
        old = make_scheduled_digest(digest.newsletter, occurrence=f"2026-10-{number + 1:02}")
        Digest.objects.filter(pk=old.pk).update(
            state="sent", audience_size=size, sent_at=NOW - timedelta(days=number + 1)
        )


@pytest.mark.parametrize(
    ("usual", "found"), [(9, []), (13, []), (16, ["audience"]), (7, ["audience"])]
)
def test_an_audience_far_from_the_usual_is_worth_a_look(
    ready: Digest, usual: int, found: list[str]
) -> None:
    make_readers(ready.newsletter, 9)
    past(ready, [usual] * 3)
    assert codes(ready) == found


def test_a_newsletter_that_went_out_twice_has_no_usual_yet(ready: Digest) -> None:
    past(ready, [100, 100])
    assert codes(ready) == []
