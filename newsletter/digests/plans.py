"""The sections of a newsletter: which its mails have, in which order, and what fills them.

Those of its layout until somebody changes them. A mail copies them when it is made, so that a
change here is for the next one.
"""

from collections.abc import Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Max

from newsletter.digests.layouts import LAYOUTS, SectionPreset
from newsletter.models import Digest, Section, SectionPlan, SectionShape
from subscribers.models import Newsletter

# What a mail's section takes over from the plan.
SHAPE = [field.name for field in SectionShape._meta.local_fields]  # noqa: SLF001


def plans_of(*, newsletter: Newsletter, layout: str) -> list[SectionPlan]:
    """The sections in order; those of `layout` are made when there are none yet."""
    plans = SectionPlan.objects.filter(newsletter=newsletter)
    if found := list(plans):
        return found
    _begin_with(newsletter, LAYOUTS[layout].sections)
    return list(plans.all())


@transaction.atomic
def start_over(*, newsletter: Newsletter, layout: str) -> None:
    """Put a layout's sections in place of all there are; mails made before keep theirs."""
    SectionPlan.objects.filter(newsletter=newsletter).delete()
    _begin_with(newsletter, LAYOUTS[layout].sections)


@transaction.atomic
def add(*, newsletter: Newsletter, preset: SectionPreset) -> SectionPlan:
    """A further section at the end, under a key of its own."""
    plans = SectionPlan.objects.filter(newsletter=newsletter)
    last = plans.aggregate(last=Max("position"))["last"]
    taken = set(plans.values_list("key", flat=True))
    key, number = preset.key, 1
    while key in taken:
        number += 1
        key = f"{preset.key}-{number}"
    position = 0 if last is None else last + 1
    return SectionPlan.objects.create(
        newsletter=newsletter, position=position, **(asdict(preset) | {"key": key})
    )


@transaction.atomic
def move(*, plan: SectionPlan, up: bool) -> bool:
    """Change places with its neighbour; False at the end."""
    order = list(
        SectionPlan.objects.select_for_update()
        .filter(newsletter=plan.newsletter_id)
        .values_list("pk", flat=True)
    )
    here = order.index(plan.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        return False
    order[here], order[there] = order[there], order[here]
    for position, pk in enumerate(order):
        SectionPlan.objects.filter(pk=pk).exclude(position=position).update(position=position)
    return True


def copy_into(*, digest: Digest, plans: Sequence[SectionPlan]) -> None:
    """Give a new digest its sections; one statement."""
    Section.objects.bulk_create(
        Section(digest=digest, plan=plan, **{name: getattr(plan, name) for name in SHAPE})
        for plan in plans
    )


def _begin_with(newsletter: Newsletter, presets: Sequence[SectionPreset]) -> None:
    # Somebody else may be doing the same at this moment.
    SectionPlan.objects.bulk_create(
        (
            SectionPlan(newsletter=newsletter, position=position, **asdict(preset))
            for position, preset in enumerate(presets)
        ),
        ignore_conflicts=True,
    )
