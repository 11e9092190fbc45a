"""Providers, by a question that sends nothing, and the domains that mail comes from."""

from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings

from config.doctor.findings import Known, failed, not_looked, ok, warning
from config.watching.readiness import Check
from newsletter.release import domains
from subscribers import gauges
from subscribers.mailing import probing
from subscribers.mailing.providers import Provider, in_order
from subscribers.mailing.standing import Said, Standing
from subscribers.models import Newsletter

TRY = "Send one to yourself: manage.py doctor --to ADDRESS"


def providers(known: Known) -> Iterator[Check]:
    """Each provider of EMAIL_PROVIDERS, and whether one is held back at this moment."""
    senders = _senders(known)
    for provider in in_order():
        if provider.name == "smtp" and not settings.EMAIL_URL:
            yield not_looked("smtp", "EMAIL_URL is missing")
        else:
            yield _of(provider, probing.probe(provider=provider, senders=senders))
    if known.has_tables:
        yield from _held_back(known)


def sender_domains(known: Known) -> Iterator[Check]:
    """SPF, DKIM and DMARC of each sender's domain; all of it is advice."""
    by_domain = {domains.domain_of(sender): sender for sender in _senders(known)}
    for domain, sender in by_domain.items():
        yield from _domain(domain, sender)
    if not known.has_tables:
        yield not_looked("senders of newsletters", "no database")


def _of(provider: Provider, said: Said) -> Check:
    if said.standing is Standing.WELL:
        return ok(provider.name, said.words)
    if said.standing is Standing.UNSURE:
        return warning(provider.name, said.words, TRY)
    if said.standing is Standing.AWAY:
        place = "EMAIL_URL" if provider.name == "smtp" else "its status page"
        return failed(
            provider.name,
            f"does not answer: {said.words}",
            f"Look at {place}, and whether this machine may connect to there.",
        )
    return failed(
        provider.name,
        f"refuses us: {said.words}",
        f"Look at {_settings(provider)} and at the account: key, sender's domain, suspension.",
    )


def _settings(provider: Provider) -> str:
    if provider.name == "smtp":
        return "EMAIL_URL"
    return ", ".join(f"ANYMAIL_{key}" for key in provider.keys) or "the credentials of boto3"


def _held_back(known: Known) -> Iterator[Check]:
    assert known.database is not None  # noqa: S101  (has_tables)
    for one in gauges.providers(now=known.database.now):
        if not one.is_open:
            yield warning(
                f"{one.name} now",
                f"is left alone for a while, after {one.unknowns_in_a_row} calls without an answer",
                "It is tried again by itself; the desk says under Mails what waits for it.",
            )
        elif one.daily_cap is not None and one.sent_today >= one.daily_cap:
            yield warning(
                f"{one.name} now",
                f"today's limit of {one.daily_cap:,} mails is reached",
                "Raise the limit at the desk if the provider allows more.",
            )


def _domain(domain: str, sender: str) -> Iterator[Check]:
    try:
        found = domains.ask_now(address=sender)
    except domains.NotLooked as reason:
        yield not_looked(domain, str(reason))
        return
    except domains.NoAnswer:
        yield warning(
            domain,
            "no name server answered",
            "Look at /etc/resolv.conf of this machine, and ask again.",
        )
        return
    for _, message, remedy in found:
        yield warning(domain, message, remedy)
    if not found:
        yield ok(domain, "SPF, DKIM and DMARC are there")


def _senders(known: Known) -> list[str]:
    """Addresses of ours that mail comes from, newsletters' first."""
    senders = [parseaddr(settings.DEFAULT_FROM_EMAIL)[1]]
    if known.has_tables:
        theirs = Newsletter.objects.order_by("position", "pk").values_list("from_address")
        senders = [address for (address,) in theirs] + senders
    return list(dict.fromkeys(senders))
