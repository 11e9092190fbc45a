"""The preference page: newsletters on and off, breaks, name and clock; no log-in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from subscribers import languages, tokens, wording, zones
from subscribers.abuse import network
from subscribers.account import address_changes, fresh_links
from subscribers.addresses import mask
from subscribers.choosing import choice_rows, choices, preference_form
from subscribers.choosing.choices import Outcome
from subscribers.choosing.preference_form import PreferenceForm
from subscribers.extensions import registered
from subscribers.forms import page_in_words
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.views import leaving_everything
from subscribers.views.leaving_everything import Leaver
from subscribers.views.token_pages import look_in_your_mailbox, reader, token_page
from subscribers.welcome import welcomes

_LEAVING: dict[str, Callable[[Leaver], HttpResponse | None]] = {
    "everything": leaving_everything.leave,
    "undo-everything": leaving_everything.undo,
    "why": leaving_everything.say_why,
}


@token_page
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reader's choices; save them, take him off everything, or mail him a fresh link.

    `?add=<slug>`: a page with one button that adds one newsletter.
    """
    now = timezone.now()
    try:
        read = tokens.read_preferences_token(token, now=now)
    except tokens.ExpiredToken as error:
        return _expired(request, reader(subscriber_id=error.subscriber_id), now)
    subscriber = reader(subscriber_id=read.subscriber_id)
    if address_changes.moved_since(subscriber_id=subscriber.pk, day=read.issued_at):
        # It went to a mailbox that is his no more.
        return _expired(request, subscriber, now)
    if request.method == "POST":
        return _act(request, subscriber, now)
    offered = _offered(request.GET.get("add", ""))
    if offered:
        return _one_tap(request, subscriber, offered)
    return _page(request, subscriber, now)


def _act(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    action = request.POST.get("action", "save")
    if action == "data":
        fresh_links.send(subscriber_id=subscriber.pk, now=now)
        return look_in_your_mailbox(request, subscriber)
    if action in _LEAVING:
        # The link that led here leads back.
        leaver = Leaver(request, subscriber, request.path, _proof(request), now)
        return _LEAVING[action](leaver) or _page(request, subscriber, now)
    offered = _offered(request.POST.get("add", ""))
    if action == "add" and offered:
        return _add(request, subscriber, offered, now)
    return _save(request, subscriber, now)


def _save(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    rows = choice_rows.rows(subscriber=subscriber, now=now)
    form = preference_form.read(data=request.POST, rows=rows, now=now)
    if form.errors:
        return _page(request, subscriber, now, form=form, status=422)
    outcome = choices.save(
        subscriber_id=subscriber.pk,
        wishes=form.wishes,
        details=form.details,
        proof=_proof(request),
        now=now,
    )
    subscriber.refresh_from_db()
    return _page(request, subscriber, now, outcome=outcome)


def _page(
    request: HttpRequest,
    subscriber: Subscriber,
    now: datetime,
    *,
    form: PreferenceForm | None = None,
    outcome: Outcome | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = choice_rows.rows(subscriber=subscriber, now=now)
    if form:
        rows = preference_form.as_typed(rows=rows, data=request.POST)
    context: dict[str, Any] = {
        "address": mask(subscriber.address or ""),
        "subscriber": subscriber,
        "rows": rows,
        "gets_any": any(row.gets_it for row in rows),
        "languages": languages.known(),
        "consent": wording.switch_sentence(),
        "areas": zones.by_area(),
        "errors": form.errors if form else {},
        "typed": request.POST if form else None,
        "ticked": set(request.POST.getlist("newsletters")) if form else set(),
        # "SAVED", "MUST_CONFIRM", "CANNOT_MAIL", or "" when nothing was saved.
        "outcome": outcome.name if outcome else "",
    }
    return render(request, "subscribers/preferences.html", context, status=status)


def _offered(slug: str) -> Newsletter | None:
    # Compared here and not in the database, which would choke on a null byte.
    opened = Newsletter.objects.filter(is_open=True)
    return next((one for one in opened if one.slug == slug), None)


def _gets(subscriber: Subscriber, newsletter: Newsletter) -> bool:
    return Subscription.objects.filter(
        subscriber=subscriber, newsletter=newsletter, state=Subscription.State.ACTIVE
    ).exists()


def _one_tap(request: HttpRequest, subscriber: Subscriber, newsletter: Newsletter) -> HttpResponse:
    context = {
        "newsletter": newsletter,
        "cadence": registered().cadence(newsletter),
        "address": mask(subscriber.address or ""),
        "gets_it": _gets(subscriber, newsletter),
        "consent": wording.switch_sentence(),
    }
    return render(request, "subscribers/one_tap.html", context)


def _add(
    request: HttpRequest, subscriber: Subscriber, newsletter: Newsletter, now: datetime
) -> HttpResponse:
    outcome = choices.add(
        subscriber_id=subscriber.pk, newsletter=newsletter, proof=_proof(request), now=now
    )
    if outcome is Outcome.CANNOT_MAIL:
        known = {"address": mask(subscriber.address or "")}
        return render(request, "subscribers/cannot_mail.html", known)
    if outcome is Outcome.MUST_CONFIRM:
        return look_in_your_mailbox(request, subscriber)
    context = {"welcomes": welcomes(newsletters=[newsletter], now=now, reader=subscriber)}
    return render(request, "subscribers/confirmed.html", context)


def _expired(request: HttpRequest, subscriber: Subscriber, now: datetime) -> HttpResponse:
    if request.method == "POST":
        fresh_links.send_choices(subscriber_id=subscriber.pk, now=now)
        return look_in_your_mailbox(request, subscriber)
    context = {"address": mask(subscriber.address or "")}
    return render(request, "subscribers/expired_choices.html", context, status=410)


def _proof(request: HttpRequest) -> Proof:
    return Proof(
        method="preferences",
        page=page_in_words("/preferences/"),
        wording=wording.SWITCH,
        network=network.of_request(request),
    )
