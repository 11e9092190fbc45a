"""The rule of a section in one sentence, and what it would choose now."""

from typing import Any

import pytest

from newsletter.digests import plans, rules, trying
from newsletter.digests.assembly import make_digest
from newsletter.models import Feed, Item, SectionPlan, Topic
from tests.factories import NOW, make_article, make_newsletter, make_schedule

WORDS: list[tuple[dict[str, Any], str]] = [
    ({"is_automatic": False}, "Filled by an editor"),
    ({}, "Filled by itself: the newest story"),
    ({"at_most": 4}, "Filled by itself: the newest stories"),
    ({"prefers_image": True}, "Filled by itself: the newest story, with a picture if there is one"),
    (
        {"only_good_news": True, "needs_image": True, "max_age_hours": 48},
        "Filled by itself: good news with a picture, at most 2 days old",
    ),
    ({"max_age_hours": 1}, "Filled by itself: the newest story, at most 1 hour old"),
    ({"max_age_hours": 30}, "Filled by itself: the newest story, at most 30 hours old"),
    (
        {"all_or_nothing": True, "at_least": 4, "at_most": 6, "inserts_at": "top"},
        "Filled by itself: the newest stories, left out under 4, later ones on top",
    ),
    ({"all_or_nothing": True}, "Filled by itself: the newest story"),
]


@pytest.mark.parametrize(("fields", "words"), WORDS)
def test_it_says_what_is_let_in(fields: dict[str, Any], words: str) -> None:
    assert rules.in_words(SectionPlan(**fields)) == words


@pytest.mark.django_db
def test_it_names_feeds_and_topics() -> None:
    newsletter = make_newsletter()
    plan = plans.plans_of(newsletter=newsletter, layout="morning_briefing")[0]
    for name in ("Courier", "Gazette"):
        plan.feeds.add(Feed.objects.create(name=name, url=f"https://{name}.example/"))
    plan.topics.add(Topic.objects.create(name="the sea", slug="sea"))
    assert rules.in_words(plan) == (
        "Filled by itself: the newest story, with a picture if there is one, "
        "from Courier or Gazette, about the sea"
    )


@pytest.mark.parametrize(
    ("low", "high", "words"), [(1, 1, "1"), (3, 3, "3"), (0, 1, "at most 1"), (2, 4, "2 to 4")]
)
def test_it_says_how_many(low: int, high: int, words: str) -> None:
    assert rules.limits_in_words(SectionPlan(at_least=low, at_most=high)) == words


@pytest.mark.django_db
def test_it_tells_what_a_mail_made_now_would_hold_and_writes_nothing() -> None:
    rule = make_schedule()
    for number in range(9):
        make_article(title=str(number))
    shown = plans.standing(newsletter=rule.newsletter, layout=rule.layout)
    found = trying.would_choose(newsletter=rule.newsletter, rule=rule, plans=shown, now=NOW)
    assert not Item.objects.exists()
    digest = make_digest(
        newsletter=rule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW
    )
    stand = {
        section.key: [item.article_id for item in section.items.all()]
        for section in digest.sections.all()
    }
    assert {key: [one.article.pk for one in chosen] for key, chosen in found.items()} == stand


@pytest.mark.django_db
def test_what_stands_in_a_draft_would_not_be_chosen() -> None:
    rule = make_schedule()
    make_article()
    make_digest(newsletter=rule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW)
    shown = plans.standing(newsletter=rule.newsletter, layout=rule.layout)
    found = trying.would_choose(newsletter=rule.newsletter, rule=rule, plans=shown, now=NOW)
    assert not any(found.values())
