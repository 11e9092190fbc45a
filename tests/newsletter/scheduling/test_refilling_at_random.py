"""Whatever editors do and whatever news comes: what is theirs stays, and no story runs twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsletter.digests.editing import ItemWords, rewrite, standing
from newsletter.models import Digest, Item, Section, TakenOut
from newsletter.scheduling.planning import plan
from newsletter.scheduling.refilling import refill
from tests.factories import make_article, make_image, make_schedule
from tests.newsletter.scheduling.planned import LEAD

pytestmark = pytest.mark.django_db

STEP = timedelta(minutes=6)
LAYOUTS = ("morning_briefing", "good_news")
ACTS = ("pin", "rewrite", "move", "reorder", "put", "take_out", "hold", "news", "good news", "none")


class Desk:
    """Two mails of a newsletter, what was done to them, and what must hold after each step."""

    def __init__(self, *, layout: str, chance: Random) -> None:
        self.now, self.chance = LEAD, chance
        for _ in range(chance.randrange(14)):
            self.arrive()
        make_schedule(layout=layout, weekdays="1234567", lead_time_minutes=60 * 30, max_age_hours=9)
        plan(now=LEAD)
        self.drafts = list(Digest.objects.filter(state=Digest.State.DRAFT))

    def arrive(self, *, good_news: bool = False) -> None:
        hero = make_image() if self.chance.random() < 0.5 else None
        at = self.now - timedelta(minutes=self.chance.randrange(90))
        make_article(published_at=at, hero=hero, good_news=good_news)

    def act(self, act: str) -> None:
        """One act, in a mail chosen at random, then the service's turn."""
        if act in {"news", "good news"}:
            self.arrive(good_news=act == "good news")
        elif act != "none" and self.drafts:
            self._edit(act, self.chance.choice(self.drafts))
        kept = self._kept()
        self.now += STEP
        refill(now=self.now)
        self._holds(kept)

    def _edit(self, act: str, digest: Digest) -> None:
        digest.refresh_from_db()
        items, held = standing(digest=digest), []
        place = self.chance.randrange(len(items)) if items else None
        sections = list(Section.objects.filter(digest=digest))
        if act == "put":
            story = make_article(published_at=self.now - timedelta(days=30))
            there = self.chance.choice(sections)
            items.append(ItemWords(section_id=there.pk, article_id=story.pk))
        elif place is None:
            return
        elif act == "pin":
            items[place] = replace(items[place], is_kept=True)
        elif act == "rewrite":
            items[place] = replace(items[place], headline="Written by hand")
        elif act == "move":
            items[place] = replace(items[place], section_id=self.chance.choice(sections).pk)
        elif act == "reorder":
            self.chance.shuffle(items)
        else:
            out = items.pop(place)
            held = [out.item_id] if act == "hold" and out.item_id else []
        rewrite(
            digest_id=digest.pk,
            version=digest.version,
            words={},
            items=items,
            by=None,
            now=self.now,
            for_tomorrow=held,
        )

    def _kept(self) -> list[dict[str, object]]:
        fields = ("pk", "section", "article", "headline", "blurb", "image_alt")
        return list(Item.objects.filter(is_kept=True).order_by("pk").values(*fields))

    def _holds(self, kept: list[dict[str, object]]) -> None:
        assert [row for row in self._kept() if row in kept] == kept
        runs = Item.objects.filter(article__isnull=False).values_list("article", flat=True)
        stories = Counter(runs)
        assert not [story for story, times in stories.items() if times > 1]
        for digest in self.drafts:
            out = TakenOut.objects.filter(section__digest=digest).values("article")
            assert not Item.objects.filter(section__digest=digest, article__in=out).exists()
        for section in Section.objects.prefetch_related("items"):
            chosen = [item for item in section.items.all() if not item.is_kept]
            assert not chosen or section.items.count() <= section.at_most
            positions = [item.position for item in section.items.all()]
            assert positions == sorted(set(positions))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    layout=st.sampled_from(LAYOUTS),
    acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=12),
    seed=st.integers(0, 10_000),
)
def test_what_is_kept_stays_and_no_story_runs_twice(
    layout: str, acts: list[str], seed: int
) -> None:
    with transaction.atomic():
        desk = Desk(layout=layout, chance=Random(seed))
        for act in acts:
            desk.act(act)
        assert len(desk.drafts) in {0, 2}
        transaction.set_rollback(True)
