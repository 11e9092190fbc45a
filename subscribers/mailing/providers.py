"""The providers of this installation and what each can carry in one call.

The one table of facts about them, each with its source. How a call is written and its answer read
is in `mailing.api`, one small file per provider; docs/adding-a-provider.md says how to add one.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings

MB = 1_000_000


class Shape(StrEnum):
    """How mails are handed over; one module each in `newsletter.delivery.shapes`."""

    OUTBOX = "outbox"
    SMTP = "smtp"
    # One call takes a whole batch: the mail once, each reader's values beside it.
    MERGE_BATCH = "merge_batch"
    # One call per mail, over a kept connection.
    ONE_BY_ONE = "one_by_one"


class Metadata(StrEnum):
    """Where `source`, `token` and `subscriber` travel, to come back with each event."""

    FIELDS = "fields"
    # The provider has nothing but tags: "source:digest:12", "token:...", "subscriber:7".
    TAGS = "tags"
    # One tag only: "digest:12/<token>/7".
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Provider:
    """`name` as in EMAIL_PROVIDERS; `batch_size` recipients at most in one claim."""

    name: str
    shape: Shape
    batch_size: int
    # django-anymail's backend, for those that have an API.
    backend: str = ""
    # Settings without which it cannot be called, without their ANYMAIL_.
    keys: tuple[str, ...] = ()
    # Bytes in the body of one call.
    most_bytes: int = 10 * MB
    # Bytes of one reader's values; more is that reader's failure, and nothing is sent to him.
    most_reader_bytes: int | None = None
    # Answers that its documentation says mean "nothing was accepted, ask again".
    not_accepted: frozenset[int] = frozenset()
    # A call is taken whole or not at all, so that one event of one reader tells of all.
    accepts_whole: bool = False
    # How long it remembers an idempotency key; None where it documents none.
    key_life: timedelta | None = None
    # It keeps the Message-ID that it is given, so that two of one mail show as one.
    keeps_message_id: bool = False
    # Its own counting of opens and clicks can be switched off for one mail; where it cannot, that
    # is for the operator to do in the account (docs/settings.md).
    switches_tracking: bool = True
    metadata: Metadata = Metadata.FIELDS

    @property
    def is_one_by_one(self) -> bool:
        """Whether each mail is a call of its own."""
        return self.shape is Shape.ONE_BY_ONE


_BACKEND = "anymail.backends.{}.EmailBackend"

PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(name="outbox", shape=Shape.OUTBOX, batch_size=1_000, accepts_whole=True),
        Provider(name="smtp", shape=Shape.SMTP, batch_size=1_000),
        # docs.aws.amazon.com/ses, "Using templates to send personalized email": 50 destinations a
        # call, 1 MB of JSON with an inline template. Each entry has a status of its own
        # (API reference, BulkEmailEntryResult). SES writes its own Message-ID. "Common errors":
        # 503 is a temporary failure of the server. Tracking belongs to the configuration set.
        Provider(
            name="amazon_ses",
            shape=Shape.MERGE_BATCH,
            batch_size=50,
            backend=_BACKEND.format("amazon_ses"),
            most_bytes=1 * MB,
            not_accepted=frozenset({503}),
            switches_tracking=False,
        ),
        # anymail's page on Brevo: there are no inline templates, so a body cannot be merged, and
        # opens and clicks cannot be switched off for one mail. developers.brevo.com, "Idempotency
        # for batch emails": a UUID, remembered for 30 minutes; its changelog of 2021 says 15, and
        # a key that is asked too late would send again.
        Provider(
            name="brevo",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("brevo"),
            keys=("BREVO_API_KEY",),
            key_life=timedelta(minutes=15),
            switches_tracking=False,
        ),
        # anymail's source: a merge shows the whole list to everybody, or is sent later by a bulk
        # call without ids. No metadata, but tags. Custom headers need a paid plan.
        Provider(
            name="mailersend",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("mailersend"),
            keys=("MAILERSEND_API_TOKEN",),
            metadata=Metadata.TAGS,
        ),
        # documentation.mailgun.com, "Batch sending": 1,000 recipients; 25 MB a message. One call is
        # one message with one id: any bad address refuses all of it (anymail's source).
        Provider(
            name="mailgun",
            shape=Shape.MERGE_BATCH,
            batch_size=1_000,
            backend=_BACKEND.format("mailgun"),
            keys=("MAILGUN_API_KEY",),
            most_bytes=25 * MB,
            accepts_whole=True,
            keeps_message_id=True,
        ),
        # dev.mailjet.com, "Send API v3.1": 50 messages and 15 MB a call. Its template language
        # needs TemplateLanguage, which we leave off; so nothing is merged there.
        Provider(
            name="mailjet",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("mailjet"),
            keys=("MAILJET_API_KEY", "MAILJET_SECRET_KEY"),
        ),
        # anymail's source: variables belong to stored templates. Tracking is set per domain.
        Provider(
            name="mailtrap",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("mailtrap"),
            keys=("MAILTRAP_API_TOKEN",),
            switches_tracking=False,
        ),
        # mandrillapp.com/api/docs: headers are the same for all recipients, so a personal
        # List-Unsubscribe needs a call of its own.
        Provider(
            name="mandrill",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("mandrill"),
            keys=("MANDRILL_API_KEY",),
        ),
        # docs.postalserver.io, "Sending mail": no merging and no metadata, but one tag.
        Provider(
            name="postal",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("postal"),
            keys=("POSTAL_API_KEY", "POSTAL_API_URL"),
            switches_tracking=False,
            metadata=Metadata.TAG,
        ),
        # postmarkapp.com/developer/api/bulk-email: as many recipients as fit into 50 MB, taken
        # whole. Message-ID is kept with X-PM-KeepID ("Can I set a custom Message-ID?"). API
        # overview: 503 is a planned outage.
        Provider(
            name="postmark",
            shape=Shape.MERGE_BATCH,
            batch_size=1_000,
            backend=_BACKEND.format("postmark"),
            keys=("POSTMARK_SERVER_TOKEN",),
            most_bytes=50 * MB,
            not_accepted=frozenset({503}),
            accepts_whole=True,
            keeps_message_id=True,
        ),
        # anymail's source: no merging; opens and clicks are set per domain.
        # resend.com/docs/dashboard/emails/idempotency-keys: up to 256 characters, 24 hours.
        Provider(
            name="resend",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("resend"),
            keys=("RESEND_API_KEY",),
            key_life=timedelta(hours=24),
            switches_tracking=False,
        ),
        # anymail's source: no merging, no tracking; metadata is a header.
        Provider(
            name="scaleway",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("scaleway"),
            keys=("SCALEWAY_SECRET_KEY", "SCALEWAY_PROJECT_ID"),
            switches_tracking=False,
        ),
        # twilio.com/docs/sendgrid/api-reference/mail-send: 1,000 personalizations, 30 MB, and
        # 10,000 bytes of substitutions for each reader. 503: "the API is not available".
        Provider(
            name="sendgrid",
            shape=Shape.MERGE_BATCH,
            batch_size=1_000,
            backend=_BACKEND.format("sendgrid"),
            keys=("SENDGRID_API_KEY",),
            most_bytes=30 * MB,
            most_reader_bytes=10_000,
            not_accepted=frozenset({503}),
            accepts_whole=True,
            keeps_message_id=True,
        ),
        # developers.sparkpost.com/api/transmissions: up to 10,000 recipients, 20 MB of content;
        # the answer counts accepted and rejected recipients apart.
        Provider(
            name="sparkpost",
            shape=Shape.MERGE_BATCH,
            batch_size=1_000,
            backend=_BACKEND.format("sparkpost"),
            keys=("SPARKPOST_API_KEY",),
            most_bytes=20 * MB,
        ),
        # godocs.unisender.ru/web-api-ref: personal headers only for List-Unsubscribe, and its
        # substitutions cannot be shown to be literal; failed_emails names who was not taken.
        Provider(
            name="unisender_go",
            shape=Shape.ONE_BY_ONE,
            batch_size=200,
            backend=_BACKEND.format("unisender_go"),
            keys=("UNISENDER_GO_API_KEY", "UNISENDER_GO_API_URL"),
        ),
    )
}


def in_order() -> list[Provider]:
    """The providers of EMAIL_PROVIDERS; each takes over while those before it are unwell."""
    return [PROVIDERS[name] for name in settings.EMAIL_PROVIDERS]


def first() -> Provider:
    """The provider that takes mail while it is well; batches are made in its size."""
    return in_order()[0]
