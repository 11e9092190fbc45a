"""Who may change the sections of which newsletter."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from newsletter.digests import plans
from newsletter.digests.assembly import rule_of
from newsletter.digests.layouts import DEFAULT, LAYOUTS, WHAT_YOU_MISSED
from newsletter.models import Schedule, SectionPlan
from subscribers.models import Newsletter


@dataclass(frozen=True, slots=True)
class Owner:
    """A newsletter with the rule that its mails follow."""

    newsletter: Newsletter
    rule: Schedule

    @property
    def layout(self) -> str:
        """The key of the layout whose sections it starts with."""
        return DEFAULT if self.is_lost else self.rule.layout

    @property
    def is_lost(self) -> bool:
        """Whether its schedule names a layout that is not there."""
        return self.rule.layout not in LAYOUTS

    @property
    def has_weekly(self) -> bool:
        """Whether readers may have one mail a week instead."""
        return self.rule.weekly_day is not None

    def sections(self, *, weekly: bool = False) -> list[SectionPlan]:
        """In order; those of the layout, not saved, while nobody has changed any."""
        return plans.standing(newsletter=self.newsletter, layout=self.layout_of(weekly=weekly))

    def layout_of(self, *, weekly: bool) -> str:
        """The key of the layout of its weekly mail, or of the others."""
        return WHAT_YOU_MISSED.key if weekly else self.layout

    def section_or_404(self, key: str) -> SectionPlan:
        """The section of that key, also of the weekly mail; raises Http404."""
        for plan in [*self.sections(), *self.sections(weekly=True)]:
            if plan.key == key:
                return plan
        raise Http404


def owner_or_404(request: HttpRequest, pk: int) -> Owner:
    """The newsletter, for somebody who may change it; raises PermissionDenied, Http404."""
    if not request.user.has_perm("subscribers.change_newsletter"):
        raise PermissionDenied
    newsletter = get_object_or_404(Newsletter.objects.select_related("schedule"), pk=pk)
    return Owner(newsletter, rule_of(newsletter))
