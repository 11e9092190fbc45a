"""The sections of a newsletter: which its mails have, in which order, and what fills them.

Those of its layout until somebody changes them. A mail copies them when it is made, so that a
change here is for the next one; only the rule of a section goes on counting for a draft that is
still being filled. Those of the weekly mail, whose layout is `is_weekly`, stand apart from the
others under keys of their own.
"""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import QuerySet

from newsletter.digests.layouts import SectionPreset, layout_of
from newsletter.models import Digest, Section, SectionPlan, SectionShape
from subscribers.models import Newsletter

# What a mail's section takes over from the plan.
SHAPE = [field.name for field in SectionShape._meta.local_fields]  # noqa: SLF001


class LastSection(Exception):
    """A newsletter keeps one section: without any it would begin again with its layout's."""

    def __init__(self) -> None:
        super().__init__("This is the only section. Add another before you remove it.")


def standing(*, newsletter: Newsletter, layout: str) -> list[SectionPlan]:
    """The sections in order, with their feeds and topics; nothing is written.

    Those of `layout`, not saved, when there are none yet.
    """
    plans = _of(newsletter, layout)
    return list(plans.prefetch_related("feeds", "topics")) or _new(newsletter, layout)


def plans_of(*, newsletter: Newsletter, layout: str) -> list[SectionPlan]:
    """The sections in order; those of `layout` are made when there are none yet."""
    plans = _of(newsletter, layout)
    if found := list(plans):
        return found
    # Somebody else may be doing the same at this moment.
    SectionPlan.objects.bulk_create(_new(newsletter, layout), ignore_conflicts=True)
    return list(plans.all())


@transaction.atomic
def start_over(*, newsletter: Newsletter, layout: str) -> None:
    """Put a layout's sections in place of those there are; mails made before keep theirs.

    A weekly layout replaces those of the weekly mail, another those of the others.
    """
    _lock(newsletter)
    _of(newsletter, layout).delete()
    SectionPlan.objects.bulk_create(_new(newsletter, layout))


@transaction.atomic
def add(*, newsletter: Newsletter, layout: str, preset: SectionPreset) -> SectionPlan:
    """A further section at the end, under a key of its own; `layout` as in `plans_of`."""
    plans = _locked(newsletter, layout)
    all_of_it = SectionPlan.objects.filter(newsletter=newsletter)
    taken = set(all_of_it.values_list("key", flat=True))
    # Never one of the other mails, which may be written later.
    first = f"week_{preset.key}" if plans[-1].is_weekly else preset.key
    key, number = first, 1
    while key in taken:
        number += 1
        key = f"{first}-{number}"
    return SectionPlan.objects.create(
        newsletter=newsletter,
        is_weekly=plans[-1].is_weekly,
        position=plans[-1].position + 1,
        **(asdict(preset) | {"key": key}),
    )


@transaction.atomic
def move(*, newsletter: Newsletter, layout: str, key: str, up: bool) -> bool:
    """Change places with its neighbour; False at the end, or when it is gone."""
    order = _locked(newsletter, layout)
    here = next((place for place, plan in enumerate(order) if plan.key == key), None)
    if here is None:
        return False
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return False
    order[here], order[there] = order[there], order[here]
    for position, plan in enumerate(order):
        plan.position = position
    SectionPlan.objects.bulk_update(order, ["position"])
    return True


@transaction.atomic
def remove(*, newsletter: Newsletter, layout: str, key: str) -> bool:
    """Take a section away; mails made before keep it. False when it was gone.

    Raises LastSection for the only one.
    """
    plans = _locked(newsletter, layout)
    found = [plan for plan in plans if plan.key == key]
    if not found:
        return False
    if len(plans) == 1:
        raise LastSection
    found[0].delete()
    return True


def copy_into(*, digest: Digest, plans: Sequence[SectionPlan]) -> None:
    """Give a new digest its sections; one statement."""
    Section.objects.bulk_create(
        Section(digest=digest, plan=plan, **{name: getattr(plan, name) for name in SHAPE})
        for plan in plans
    )


def _of(newsletter: Newsletter, layout: str) -> QuerySet[SectionPlan]:
    """Those of its weekly mail, or of the others, as the layout says."""
    return SectionPlan.objects.filter(newsletter=newsletter, is_weekly=layout_of(layout).is_weekly)


def _locked(newsletter: Newsletter, layout: str) -> list[SectionPlan]:
    """The sections, which nobody else changes until the transaction ends."""
    _lock(newsletter)
    return plans_of(newsletter=newsletter, layout=layout)


def _lock(newsletter: Newsletter) -> None:
    # Sign-ups, which only point at it, go on.
    Newsletter.objects.select_for_update(no_key=True).get(pk=newsletter.pk)


def _new(newsletter: Newsletter, layout: str) -> list[SectionPlan]:
    chosen = layout_of(layout)
    return [
        SectionPlan(
            newsletter=newsletter,
            is_weekly=chosen.is_weekly,
            position=position,
            **asdict(preset),
        )
        for position, preset in enumerate(chosen.sections)
    ]
