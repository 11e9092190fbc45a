"""What is done to a newsletter's sections as a whole: adding, moving, removing, starting over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from newsletter.admin.sections.access import owner_or_404
from newsletter.admin.sections.presets import cards
from newsletter.admin.sections.views import note, page, to_sections
from newsletter.digests import plans
from newsletter.digests.layouts import PRESETS, UnknownLayout, layout_of
from newsletter.digests.plans import LastSection


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows what can be added; POST adds it, and opens it."""
    owner = owner_or_404(request, pk)
    preset = PRESETS.get(request.POST.get("preset", ""))
    if preset is None:
        return page(request, owner, "section_add", title="Add a section", cards=cards())
    layout = owner.layout_of(weekly="weekly" in request.GET)
    plan = plans.add(newsletter=owner.newsletter, layout=layout, preset=preset)
    note(request, owner.newsletter, f"added section “{plan.name}”")
    messages.success(request, f"{plan.name} is added, at the end. Look it over here.")
    return HttpResponseRedirect(
        reverse("admin:subscribers_newsletter_section", args=[owner.newsletter.pk, plan.key])
    )


@require_POST
def move(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Up or down by one."""
    owner = owner_or_404(request, pk)
    plan, up = owner.section_or_404(key), request.POST.get("way") == "up"
    layout = owner.layout_of(weekly=plan.is_weekly)
    if plans.move(newsletter=owner.newsletter, layout=layout, key=key, up=up):
        way = "up" if up else "down"
        note(request, owner.newsletter, f"moved section “{plan.name}” {way}")
        messages.success(request, f"{plan.name} is moved {way}.")
    return to_sections(owner, key)


def remove(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """GET asks; POST takes it away."""
    owner = owner_or_404(request, pk)
    plan = owner.section_or_404(key)
    if request.method != "POST":
        return page(request, owner, "section_remove", title="Remove a section", plan=plan)
    try:
        layout = owner.layout_of(weekly=plan.is_weekly)
        plans.remove(newsletter=owner.newsletter, layout=layout, key=key)
    except LastSection as refusal:
        messages.error(request, str(refusal))
    else:
        note(request, owner.newsletter, f"removed section “{plan.name}”")
        messages.success(request, f"{plan.name} is removed. Mails made before keep it.")
    return to_sections(owner)


def start_again(request: HttpRequest, pk: int, layout: str) -> HttpResponse:
    """GET asks; POST puts the sections of a layout in place of all."""
    owner = owner_or_404(request, pk)
    try:
        chosen = layout_of(layout)
    except UnknownLayout:
        raise Http404 from None
    if request.method != "POST":
        return page(
            request,
            owner,
            "sections_again",
            title="Start again",
            layout=chosen,
            names=[plan.name for plan in owner.sections(weekly=chosen.is_weekly)],
        )
    plans.start_over(newsletter=owner.newsletter, layout=layout)
    note(request, owner.newsletter, f"started its sections again from {chosen.name}")
    messages.success(request, f"The sections are those of {chosen.name}, from the next mail on.")
    return to_sections(owner)
