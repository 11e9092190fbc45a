"""Pasting a link: ask for it, show what was found and what is missing, save what was left."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from newsletter.admin.stories.destination import Destination, destination, go, note_new, number_of
from newsletter.admin.stories.paste_forms import AddressForm, PastedForm, from_look
from newsletter.admin.stories.write import story_page
from newsletter.content import by_hand, pasting
from newsletter.content.pasting import Look
from newsletter.content.webpage.facts import PageError
from newsletter.models import Article

WAS_THERE = "Somebody saved this story while you looked it over. Theirs is kept, and shown here."
TITLE = "Paste a link"


def paste(request: HttpRequest) -> HttpResponse:
    """GET asks for an address; POST reads its page, then saves it, or takes one that is here."""
    there = destination(request)
    if request.method != "POST":
        return _ask(request, AddressForm(), there)
    if "take" in request.POST:
        article = get_object_or_404(Article, pk=number_of(request.POST["take"]))
        return go(request, article, there)
    if "link" in request.POST:
        return _save(request, there)
    return _look(request, there)


def _ask(
    request: HttpRequest, form: AddressForm, there: Destination, *, found: Look | None = None
) -> HttpResponse:
    return story_page(request, "admin/desk/paste.html", TITLE, form=form, there=there, found=found)


def _look(request: HttpRequest, there: Destination) -> HttpResponse:
    """Read the page, for up to 20 s; where that fails its story can be filled in by hand."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, there)
    url, now = form.cleaned_data["address"], timezone.now()
    try:
        if "by_hand" in request.POST:
            found = Look(url, there=pasting.known(url))
        else:
            found = pasting.look(url=url, now=now)
    except PageError as error:
        form.add_error("address", error.message)
        return _ask(request, form, there, found=Look(url))
    if found.there is not None:
        return _ask(request, form, there, found=found)
    return _look_over(request, from_look(found, now=now), there, found=found)


def _look_over(
    request: HttpRequest, form: PastedForm, there: Destination, *, found: Look | None = None
) -> HttpResponse:
    return story_page(
        request,
        "admin/desk/pasted.html",
        "Look it over",
        form=form,
        there=there,
        is_paid=bool(found and found.page and found.page.facts.is_paid),
    )


def _save(request: HttpRequest, there: Destination) -> HttpResponse:
    people = sum(1 for name in request.POST if name.startswith("author_"))
    form = PastedForm(request.POST, request.FILES, people=people)
    if not form.is_valid():
        return _look_over(request, form, there)
    article, is_new = by_hand.keep(
        link=form.cleaned_data["link"], story=form.looked_over(), picture=form.kept_picture()
    )
    if is_new:
        note_new(request, article, there)
    else:
        messages.warning(request, WAS_THERE)
    return go(request, article, there)
