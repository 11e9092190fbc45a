"""The pages of a newsletter's sections: all of them, one to change, one to add."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsletter.admin.mails.access import person
from newsletter.admin.sections.access import Owner, owner_or_404
from newsletter.admin.sections.forms import SectionForm
from newsletter.digests import plans, rules, trying
from newsletter.digests.choosing import Choice
from newsletter.digests.layouts import LAYOUTS, WHAT_YOU_MISSED, UnknownLayout, layout_of
from newsletter.models import SectionPlan
from subscribers.models import Newsletter

SAVED = "{name} is saved. It holds from the next mail on."


def sections(request: HttpRequest, pk: int) -> HttpResponse:
    """All sections in order, with their rules and what these would choose now."""
    owner = owner_or_404(request, pk)
    return page(
        request,
        owner,
        "sections",
        title="Sections",
        layout=layout_of(owner.layout),
        lost=str(UnknownLayout(owner.rule.layout)) if owner.is_lost else "",
        layouts=LAYOUTS.values(),
        rows=_rows(owner, owner.sections()),
        weekly=WHAT_YOU_MISSED if owner.has_weekly else None,
        weekly_rows=_rows(owner, owner.sections(weekly=True)) if owner.has_weekly else [],
        schedule=owner.rule if owner.rule.pk else None,
    )


def _rows(owner: Owner, found: list[SectionPlan]) -> list[dict[str, Any]]:
    chosen = would_choose(owner, found)
    return [
        {
            "plan": plan,
            "style": plan.get_style_display(),
            "limits": rules.limits_in_words(plan),
            "rule": rules.in_words(plan),
            "chosen": chosen[plan.key],
        }
        for plan in found
    ]


def edit(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """GET shows a section; POST changes it for the mails to come."""
    owner = owner_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    plan = owner.section_or_404(key)
    if posted is not None:
        # Those of its layout are written once one of them is changed.
        layout = owner.layout_of(weekly=plan.is_weekly)
        plans.plans_of(newsletter=owner.newsletter, layout=layout)
        plan = owner.section_or_404(key)
    name = plan.name
    form = SectionForm(posted, instance=plan, rule=owner.rule)
    if form.is_valid():
        _save(request, owner, form)
        return to_sections(owner, key)
    chosen = would_choose(owner, owner.sections(weekly=plan.is_weekly))[key]
    more = {"form": form, "key": key, "name": name, "plan": plan, "chosen": chosen}
    return page(request, owner, "section", title=name, **more)


@transaction.atomic
def _save(request: HttpRequest, owner: Owner, form: SectionForm) -> None:
    plan = form.save()
    if form.changed_data:
        note(request, owner.newsletter, f"changed section “{plan.name}”")
    messages.success(request, SAVED.format(name=plan.name))


def would_choose(owner: Owner, found: list[SectionPlan]) -> dict[str, list[Choice]]:
    """What a mail made at this moment would hold."""
    return trying.would_choose(
        newsletter=owner.newsletter, rule=owner.rule, plans=found, now=timezone.now()
    )


def page(request: HttpRequest, owner: Owner, template: str, **more: Any) -> HttpResponse:
    """A page about a newsletter's sections, in the frame of the admin."""
    context = {
        **admin.site.each_context(request),
        "opts": Newsletter._meta,  # noqa: SLF001
        "newsletter": owner.newsletter,
        **more,
    }
    return TemplateResponse(request, f"admin/desk/{template}.html", context)


def to_sections(owner: Owner, key: str = "") -> HttpResponse:
    """Back to all of them, and to the one of that key: the keyboard goes on from there."""
    there = reverse("admin:subscribers_newsletter_sections", args=[owner.newsletter.pk])
    return HttpResponseRedirect(f"{there}#section-{key}" if key else there)


def note(request: HttpRequest, newsletter: Newsletter, words: str) -> None:
    """Put it into the log of the desk."""
    LogEntry.objects.log_actions(
        person(request).pk,
        [newsletter],
        CHANGE,
        change_message=f"{words[:1].upper()}{words[1:]}.",
        single_object=True,
    )
