"""The same at once in several processes."""

import pytest
from django.db import connection

from newsletter.digests import plans
from newsletter.digests.layouts import LAYOUTS
from newsletter.models import SectionPlan
from tests.factories import make_newsletter
from tests.newsletter.tracking.at_once import four_at_once

KEYS = ["lead", "more", "brief", "sponsor", "number", "good_thing"]


@pytest.mark.django_db(transaction=True)
def test_the_sections_of_the_layout_are_written_once() -> None:
    newsletter = make_newsletter()
    four_at_once(lambda: _look(plans.plans_of(newsletter=newsletter, layout="morning_briefing")))
    assert list(SectionPlan.objects.values_list("key", flat=True)) == KEYS


@pytest.mark.django_db(transaction=True)
def test_starting_over_at_once_leaves_one_layout() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    newsletter = make_newsletter()
    layouts = iter(["morning_briefing", "good_news"] * 2)
    four_at_once(lambda: plans.start_over(newsletter=newsletter, layout=next(layouts)))
    found = list(SectionPlan.objects.values_list("key", flat=True))
    assert found in [[preset.key for preset in layout.sections] for layout in LAYOUTS.values()]


def _look(found: list[SectionPlan]) -> None:
    assert [plan.key for plan in found] == KEYS
