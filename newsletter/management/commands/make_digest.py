"""`make_digest SLUG [--date D | --at "D T"] [--weekly]`: builds a mail and prints its id last."""

from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.management.base import CommandError
from django.utils import timezone

from newsletter.content import pasting
from newsletter.content.days import UNLIKELY, is_likely
from newsletter.content.webpage.facts import PageError
from newsletter.digests.assembly import rule_of
from newsletter.digests.blank import News
from newsletter.digests.naming import key_of
from newsletter.models import Digest
from newsletter.scheduling import singles, upcoming
from newsletter.scheduling.chosen import Chosen, IsPast, TooFar, chosen
from subscribers.command import CommandWithExamples
from subscribers.models import Newsletter

A_DAY = "Give a day as 2026-11-27, not {given!r}."
A_TIME = "Give day and time as “2026-11-27 07:15”, not {given!r}."
NO_WAVES = "{name} does not go by each reader's clock; its schedule says whether it does."
ALONE = "An urgent mail goes when somebody sends it: leave out {given}."
NO_HEADLINE = "An urgent mail needs --headline and --words."
NOT_URGENT = "{given} is for an urgent mail: give --urgent too."


class Command(CommandWithExamples):
    help = "Make a newsletter's mail of a day, a single one for another time, or an urgent one."
    examples = (
        ("morning-briefing", "one more for today"),
        ("morning-briefing --date 2026-11-27", "the usual one of that day"),
        ('morning-briefing --at "2026-11-27 07:15"', "a single one beside it"),
        ('morning-briefing --urgent --headline "Bridge shut" --words "Use the ferry."', ""),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the newsletter's slug, as in its address")
        parser.add_argument(
            "--date",
            help="the mail of this day (2026-11-24), made if it is missing; "
            "without it a new one of today",
        )
        parser.add_argument(
            "--at",
            help="a single mail for this local time (“2026-11-27 07:15”), beside the usual one",
        )
        parser.add_argument(
            "--by-reader", action="store_true", help="at that time where each reader is"
        )
        parser.add_argument(
            "--empty", action="store_true", help="a single mail with nothing in it yet"
        )
        parser.add_argument(
            "--urgent", action="store_true", help="news that cannot wait, for send_digest"
        )
        parser.add_argument("--headline", default="", help="of an urgent mail")
        parser.add_argument("--words", default="", help="of an urgent mail: a sentence or two")
        parser.add_argument("--link", default="", help="of an urgent mail: where to read on")
        parser.add_argument(
            "--weekly",
            action="store_true",
            help='the mail for who gets one a week: "what you missed", out of what ran',
        )

    def handle(self, *_: Any, **options: Any) -> None:
        newsletter, now = _newsletter(options["slug"]), timezone.now()
        _check(options)
        if options["urgent"]:
            digest = self._urgent(newsletter, options, now)
        elif options["at"] or options["empty"]:
            digest = self._single(newsletter, options, now)
        else:
            day, is_weekly = _day(options["date"], now), options["weekly"]
            digest = upcoming.make_by_hand(
                newsletter=newsletter,
                day=day or _today(newsletter, now),
                occurrence=key_of(day=day, is_weekly=is_weekly) if day else "",
                is_weekly=is_weekly,
                now=now,
            )
        self.stdout.write(f"{digest}: {digest.get_state_display()}")
        if digest.state == Digest.State.SKIPPED:
            self.stdout.write(digest.reason)
        self.stdout.write(str(digest.pk))

    def _single(self, newsletter: Newsletter, options: dict[str, Any], now: datetime) -> Digest:
        found = _chosen(newsletter, options, now) if options["at"] else None
        day = found.day if found else _day(options["date"], now) or _today(newsletter, now)
        if usual := singles.usual(newsletter=newsletter, day=day, now=now):
            self.stdout.write(usual.in_words(zone=newsletter.zone))
        for remark in found.remarks if found else ():
            self.stdout.write(remark)
        return singles.make(
            newsletter=newsletter, day=day, chosen=found, is_empty=options["empty"], now=now
        )[0]

    def _urgent(self, newsletter: Newsletter, options: dict[str, Any], now: datetime) -> Digest:
        for other in singles.urgent_lately(now=now, newsletter=newsletter):
            ago = now - other.created_at
            self.stdout.write(f"There is another, {ago // timedelta(minutes=1)} min old: {other}.")
        link = _link(options["link"])
        news = News(
            key=str(uuid4()),
            headline=options["headline"],
            words=options["words"],
            link=link,
            article=pasting.known(link) if link else None,
        )
        return singles.make_news(newsletter=newsletter, news=news, by=None, now=now)


def _newsletter(slug: str) -> Newsletter:
    try:
        return Newsletter.objects.get(slug=slug)
    except Newsletter.DoesNotExist as error:
        known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or "none"
        raise CommandError(f"No newsletter is called {slug!r}; there are: {known}.") from error


def _check(options: dict[str, Any]) -> None:
    """Refuse what does not go together."""
    if options["date"] and options["at"]:
        raise CommandError("Give --date or --at, not both.")
    if options["weekly"] and (options["at"] or options["empty"] or options["urgent"]):
        raise CommandError("--weekly is for the mail once a week: give it alone or with --date.")
    if options["by_reader"] and not options["at"]:
        raise CommandError("--by-reader needs a time: give --at.")
    given = [f"--{name}" for name in ("date", "at", "empty") if options[name]]
    if options["urgent"] and given:
        raise CommandError(ALONE.format(given=", ".join(given)))
    if options["urgent"] and not (options["headline"].strip() and options["words"].strip()):
        raise CommandError(NO_HEADLINE)
    told = [f"--{name}" for name in ("headline", "words", "link") if options[name]]
    if told and not options["urgent"]:
        raise CommandError(NOT_URGENT.format(given=", ".join(told)))


def _day(given: str | None, now: datetime) -> date | None:
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise CommandError(A_DAY.format(given=given)) from error
    if not is_likely(day, now=now):
        raise CommandError(UNLIKELY)
    return day


def _today(newsletter: Newsletter, now: datetime) -> date:
    return now.astimezone(newsletter.zone).date()


def _chosen(newsletter: Newsletter, options: dict[str, Any], now: datetime) -> Chosen:
    if options["by_reader"] and not rule_of(newsletter).by_reader:
        raise CommandError(NO_WAVES.format(name=newsletter))
    try:
        local = datetime.strptime(options["at"], "%Y-%m-%d %H:%M")  # noqa: DTZ007  (local to its zone)
    except ValueError as error:
        raise CommandError(A_TIME.format(given=options["at"])) from error
    try:
        return chosen(
            newsletter=newsletter,
            day=local.date(),
            at=local.time(),
            by_reader=options["by_reader"],
            now=now,
        )
    except (TooFar, IsPast) as refusal:
        raise CommandError(str(refusal)) from refusal


def _link(given: str) -> str:
    try:
        return pasting.linked(given) if given else ""
    except PageError as error:
        raise CommandError(error.message) from error
