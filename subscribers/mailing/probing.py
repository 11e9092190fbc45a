"""Whether a provider would take our mail, as far as it says so without being given one."""

from collections.abc import Sequence

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from subscribers.mailing.api import question
from subscribers.mailing.api.registry import api_of
from subscribers.mailing.errors import scrub
from subscribers.mailing.providers import Provider, Shape
from subscribers.mailing.smtp import probing as smtp_probing
from subscribers.mailing.standing import Said, Standing


def probe(*, provider: Provider, senders: Sequence[str]) -> Said:
    """How we stand with `provider`; `senders` are addresses of ours, at least one.

    Sends nothing, raises nothing that a provider can answer, ends within half a minute.
    """
    if provider.shape is Shape.OUTBOX:
        return Said(Standing.WELL, "mail is kept here and leaves for nobody")
    if provider.shape is Shape.SMTP:
        return smtp_probing.probe(url=settings.EMAIL_URL, senders=senders)
    return _ask_api(provider, senders[0])


def _ask_api(provider: Provider, sender: str) -> Said:
    api = api_of(provider)
    try:
        asked = api.question(question.letter(sender=sender))
    except (ValueError, AnymailError, ImproperlyConfigured) as error:
        return Said(Standing.REFUSED, scrub(str(error)))
    if asked is None:
        return Said(Standing.UNSURE, "cannot be asked without sending")
    try:
        return api.said(question.ask(asked))
    except question.NoReply as error:
        return Said(Standing.AWAY, scrub(str(error)))
