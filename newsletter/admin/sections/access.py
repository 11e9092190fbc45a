"""Who may change the sections of which newsletter."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from newsletter.digests import plans
from newsletter.digests.assembly import rule_of
from newsletter.digests.layouts import DEFAULT, LAYOUTS
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

    def sections(self) -> list[SectionPlan]:
        """In order; those of the layout, not saved, while nobody has changed any."""
        return plans.standing(newsletter=self.newsletter, layout=self.layout)

    def section_or_404(self, key: str) -> SectionPlan:
        """The section of that key; raises Http404."""
        for plan in self.sections():
            if plan.key == key:
                return plan
        raise Http404


def owner_or_404(request: HttpRequest, pk: int) -> Owner:
    """The newsletter, for somebody who may change it; raises PermissionDenied, Http404."""
    if not request.user.has_perm("subscribers.change_newsletter"):
        raise PermissionDenied
    newsletter = get_object_or_404(Newsletter.objects.select_related("schedule"), pk=pk)
    return Owner(newsletter, rule_of(newsletter))
