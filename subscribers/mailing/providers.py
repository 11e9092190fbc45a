"""The providers of this installation and what each can carry in one call."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings


class Shape(StrEnum):
    """How mails are handed over; one module each in `mailing` and in `newsletter.delivery`."""

    OUTBOX = "outbox"
    SMTP = "smtp"
    MERGE_BATCH = "merge_batch"


@dataclass(frozen=True, slots=True)
class Provider:
    """`name` as in EMAIL_PROVIDERS; `batch_size` recipients at most in one call."""

    name: str
    shape: Shape
    batch_size: int
    # django-anymail's backend, for shapes that use it.
    backend: str = ""
    # Answers that its documentation says mean "nothing was accepted, ask again".
    not_accepted: frozenset[int] = frozenset()
    # A call is taken whole or not at all, so that one event of one reader tells of all.
    accepts_whole: bool = True
    # How long it remembers an idempotency key; None where it documents none.
    key_life: timedelta | None = None
    # Each mail is a call of its own.
    is_one_by_one: bool = False


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(name="outbox", shape=Shape.OUTBOX, batch_size=1_000),
        Provider(name="smtp", shape=Shape.SMTP, batch_size=1_000),
        # 1,000 personalizations a request; 503 "the API is not available" (SendGrid v3 errors).
        Provider(
            name="sendgrid",
            shape=Shape.MERGE_BATCH,
            batch_size=1_000,
            backend="anymail.backends.sendgrid.EmailBackend",
            not_accepted=frozenset({503}),
        ),
    )
}


def in_order() -> list[Provider]:
    """The providers of EMAIL_PROVIDERS; each takes over while those before it are unwell."""
    return [PROVIDERS[name] for name in settings.EMAIL_PROVIDERS]


def first() -> Provider:
    """The provider that takes mail while it is well; batches are made in its size."""
    return in_order()[0]
