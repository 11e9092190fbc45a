"""Leaving: the page behind the link in each mail, and the mail client's own button."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from subscribers import languages, leaving, links, subscriptions, tokens
from subscribers.abuse import network
from subscribers.addresses import mask
from subscribers.choosing import breaks, choice_rows, rhythm, rhythm_offers
from subscribers.choosing.preference_form import chosen_day
from subscribers.extensions import registered
from subscribers.ledger import Proof
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.moments import clock_in_words, date_in_words
from subscribers.naming import many
from subscribers.views import leaving_everything
from subscribers.views.leaving_everything import Leaver
from subscribers.views.token_pages import token_page

Frequency = Subscription.Frequency
ONE_CLICK = "One-Click"


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request to the page."""

    request: HttpRequest
    subscriber: Subscriber
    newsletter: Newsletter
    # Of the mail that the link came in.
    issued_at: datetime
    now: datetime

    def proof(self, method: str = "unsubscribe page") -> Proof:
        return Proof(method=method, network=network.of_request(self.request))

    def leave(self, method: str = "unsubscribe page") -> None:
        subscriptions.leave(
            subscriber_id=self.subscriber.pk,
            newsletter_id=self.newsletter.pk,
            proof=self.proof(method),
            now=self.now,
        )

    def subscription(self) -> Subscription | None:
        return Subscription.objects.filter(
            subscriber=self.subscriber, newsletter=self.newsletter
        ).first()

    def leaver(self) -> Leaver:
        # What is twelve months old offers a fresh one.
        url = links.preferences_url(subscriber_id=self.subscriber.pk, issued_at=self.issued_at)
        return Leaver(self.request, self.subscriber, url, self.proof(), self.now)

    def show(self, template: str, **context: Any) -> HttpResponse:
        """A page with what all of them need."""
        known = {"newsletter": self.newsletter, **self._days()}
        return self.leaver().show(template, **(known | context))

    def _days(self) -> dict[str, str]:
        zone, words = self.newsletter.zone, date_in_words
        today = self.now.astimezone(zone).date()
        return {
            "week_until": words(breaks.a_week_on(now=self.now, zone=zone), today=today),
            "month_until": words(breaks.a_month_on(now=self.now, zone=zone), today=today),
        }


@token_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button; POST leaves (one or all), undoes, or takes one of the offers instead.

    A POST with `List-Unsubscribe=One-Click` is a mail client's (RFC 8058 section 3.2): answered at
    once, without redirect or cookie, the same however often it comes.
    """
    read = tokens.read_unsubscribe_token(token)
    if read.subscriber_id == tokens.NOBODY and _is_one_click(request):
        # The way is tried (`doctor`).
        return _one_click_done()
    subscriber = Subscriber.objects.filter(pk=read.subscriber_id).first()
    newsletter = Newsletter.objects.filter(pk=read.newsletter_id).first()
    if subscriber is None or newsletter is None:
        raise tokens.BadToken
    translation.activate(languages.of_reader(subscriber))
    visit = _Visit(request, subscriber, newsletter, read.issued_at, timezone.now())
    if request.method != "POST":
        return _shown(visit)
    if _is_one_click(request):
        visit.leave("one-click")
        return _one_click_done()
    return _ACTIONS.get(request.POST.get("action", ""), _leave)(visit)


def _is_one_click(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("List-Unsubscribe") == ONE_CLICK


def _one_click_done() -> HttpResponse:
    return HttpResponse("Done.\n", content_type="text/plain; charset=utf-8")


def _shown(visit: _Visit) -> HttpResponse:
    mine = Subscription.objects.filter(subscriber=visit.subscriber)
    here = mine.exclude(state=Subscription.State.ENDED).filter(newsletter=visit.newsletter).first()
    if here is None:
        return _done(visit)
    others = mine.filter(state=Subscription.State.ACTIVE).exclude(newsletter=visit.newsletter)
    return visit.show(
        "unsubscribe",
        address=mask(visit.subscriber.address or ""),
        gets_others=others.exists(),
        can_pause=here.state == Subscription.State.ACTIVE,
        **_instead(visit, here),
    )


def _instead(visit: _Visit, mine: Subscription) -> dict[str, Any]:
    """What of its rhythm could be another: how often it comes, and at what hour."""
    return {
        "less": rhythm_offers.less_than(newsletter=visit.newsletter, chosen=mine.frequency),
        "hours": rhythm_offers.hours(
            newsletter=visit.newsletter, reader=visit.subscriber, mine=mine
        ),
    }


def _leave(visit: _Visit) -> HttpResponse:
    visit.leave()
    return _done(visit)


def _everything(visit: _Visit) -> HttpResponse:
    return leaving_everything.leave(visit.leaver())


def _undo(visit: _Visit) -> HttpResponse:
    subscriptions.rejoin(
        subscriber_id=visit.subscriber.pk,
        newsletter_id=visit.newsletter.pk,
        proof=visit.proof(),
        now=visit.now,
    )
    is_back = Subscription.objects.filter(
        subscriber=visit.subscriber,
        newsletter=visit.newsletter,
        state=Subscription.State.ACTIVE,
    ).exists()
    return visit.show("undone") if is_back else _done(visit)


def _undo_everything(visit: _Visit) -> HttpResponse:
    return leaving_everything.undo(visit.leaver()) or _shown(visit)


def _pause(visit: _Visit) -> HttpResponse:
    zone = visit.newsletter.zone
    length = "month" if visit.request.POST.get("break") == "month" else "week"
    day = chosen_day(length=length, typed="", now=visit.now, zone=zone)
    if day is None:
        return _shown(visit)
    until = breaks.starts(day=day, now=visit.now, zone=zone)
    away = leaving.break_instead(
        subscriber_id=visit.subscriber.pk,
        newsletter=visit.newsletter,
        until=until,
        proof=visit.proof(),
        now=visit.now,
    )
    if not away:
        return _done(visit)
    words = choice_rows.break_in_words(until=until, newsletter=visit.newsletter, now=visit.now)
    return visit.show("on_a_break", until=words)


def _rarer(visit: _Visit) -> HttpResponse:
    wanted, mine = visit.request.POST.get("frequency", ""), visit.subscription()
    chosen = mine.frequency if mine else Frequency.EVERY_DAY
    if wanted not in rhythm_offers.frequencies(newsletter=visit.newsletter, chosen=chosen):
        return _shown(visit)
    gets_it = leaving.rarer_instead(
        subscriber_id=visit.subscriber.pk,
        newsletter=visit.newsletter,
        frequency=Frequency(wanted),
        proof=visit.proof(),
        now=visit.now,
    )
    if not gets_it:
        return _shown(visit)
    weekly = registered().weekly(visit.newsletter)
    return visit.show("fewer_mails", frequency=wanted, weekly=weekly)


def _other_hour(visit: _Visit) -> HttpResponse:
    wanted, mine = visit.request.POST.get("hour"), visit.subscription()
    hours = _instead(visit, mine)["hours"] if mine else None
    if hours is None or wanted is None or wanted not in {one.value for one in hours.choices}:
        return _shown(visit)
    at = rhythm.read_time(wanted)
    comes_then = leaving.other_hour_instead(
        subscriber_id=visit.subscriber.pk,
        newsletter=visit.newsletter,
        at=at,
        proof=visit.proof(),
        now=visit.now,
    )
    if not comes_then:
        return _shown(visit)
    return visit.show("another_hour", at=clock_in_words(at) if at else "", place=hours.place)


def _back(visit: _Visit) -> HttpResponse:
    breaks.resume(
        subscriber_id=visit.subscriber.pk,
        newsletter=visit.newsletter,
        proof=visit.proof(),
        now=visit.now,
    )
    return _undo(visit)


def _why(visit: _Visit) -> HttpResponse:
    about_all = visit.request.POST.get("about") == "everything"
    newsletter_id = None if about_all else visit.newsletter.pk
    return leaving_everything.say_why(visit.leaver(), newsletter_id=newsletter_id)


def _done(visit: _Visit) -> HttpResponse:
    mine = visit.subscription()
    return visit.show(
        "unsubscribed",
        many=many(visit.newsletter.name),
        can_undo=subscriptions.can_rejoin(
            subscriber_id=visit.subscriber.pk, newsletter_id=visit.newsletter.pk, now=visit.now
        ),
        **(_instead(visit, mine) if mine else {}),
        reasons=leaving_everything.reasons(visit.leaver(), newsletter_id=visit.newsletter.pk),
    )


_ACTIONS: dict[str, Callable[[_Visit], HttpResponse]] = {
    "everything": _everything,
    "undo": _undo,
    "undo-everything": _undo_everything,
    "pause": _pause,
    "rarer": _rarer,
    "hour": _other_hour,
    "back": _back,
    "why": _why,
}
