"""Reading a provider's POST with anymail's own views: who may post, and what it says.

anymail calls its signal once per event, and one receiver that fails makes the provider post
everything again. So its views are used up to the events, which `inbox` stores at once.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailBasicAuthMixin
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.module_loading import import_string

from newsletter.tracking import reports, trials
from subscribers.mailing.errors import scrub

# SparkPost's largest posts hold some thousand events; bigger than this is a mistake.
LARGEST = 10_000_000

VIEWS = {
    "amazon_ses": "AmazonSESTrackingWebhookView",
    "brevo": "BrevoTrackingWebhookView",
    "mailersend": "MailerSendTrackingWebhookView",
    "mailgun": "MailgunTrackingWebhookView",
    "mailjet": "MailjetTrackingWebhookView",
    "mailtrap": "MailtrapTrackingWebhookView",
    "mandrill": "MandrillCombinedWebhookView",
    "postal": "PostalTrackingWebhookView",
    "postmark": "PostmarkTrackingWebhookView",
    "resend": "ResendTrackingWebhookView",
    "sendgrid": "SendGridTrackingWebhookView",
    "sparkpost": "SparkPostTrackingWebhookView",
    "unisender_go": "UnisenderGoTrackingWebhookView",
}

log = structlog.get_logger(__name__)


class NotAllowed(Exception):
    """No or the wrong name and password."""


class NotSigned(Exception):
    """The right password, but not the provider's own signature."""


class NotSetUp(Exception):
    """A setting is missing here, so that the post cannot be checked."""


class TooLarge(Exception):
    """More than `LARGEST` bytes."""


class Garbled(Exception):
    """Nothing of it can be read."""


def is_ours(provider: str) -> bool:
    """Whether EMAIL_PROVIDERS names it and it reports by webhook."""
    return provider in VIEWS and provider in settings.EMAIL_PROVIDERS


def read(*, provider: str, request: HttpRequest, received_at: datetime) -> list[dict[str, Any]]:
    """The reports of a POST as JSON, without those that nothing follows from.

    One that cannot be read does not keep out the others: it is among them with its error. Raises
    NotAllowed, NotSigned, NotSetUp, TooLarge or Garbled. Of a stranger's body no byte is read, and
    nothing of any body stands in a message.
    """
    try:
        view = _view(provider)()
        if not settings.WEBHOOK_SECRET:
            raise NotSetUp("WEBHOOK_SECRET is missing.")
        _check_password(view, request)
        _load(request)
        view.run_validators(request)
    except AnymailWebhookValidationFailure as error:
        raise NotSigned from error
    except (AnymailConfigurationError, ImproperlyConfigured) as error:
        raise NotSetUp(str(error)) from error
    except (NotAllowed, NotSetUp, TooLarge, Garbled):
        raise
    except Exception as error:
        raise Garbled(type(error).__name__) from error
    return list(_kept(provider, view, request, received_at))


@cache
def _view(provider: str) -> type[AnymailBaseWebhookView]:
    """anymail's view, imported only where it is used: some need packages of their own."""
    view: type[AnymailBaseWebhookView] = import_string(
        f"anymail.webhooks.{provider}.{VIEWS[provider]}"
    )
    # Lets those that take keywords be made without `as_view`.
    view.as_view()
    return view


def _check_password(view: AnymailBaseWebhookView, request: HttpRequest) -> None:
    try:
        AnymailBasicAuthMixin.validate_request(view, request)
    except AnymailWebhookValidationFailure as error:
        raise NotAllowed from error


def _load(request: HttpRequest) -> None:
    """Read the body past Django's own limit, which is made for forms."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise Garbled
    if int(length) > LARGEST:
        raise TooLarge
    request._body = request.read(LARGEST)  # noqa: SLF001


def _kept(
    provider: str, view: AnymailBaseWebhookView, request: HttpRequest, received_at: datetime
) -> Iterator[dict[str, Any]]:
    for found in _events(view, request):
        if isinstance(found, dict):
            yield found
            continue
        try:
            if trials.took(event=found):
                continue
            report = reports.from_event(provider=provider, event=found, received_at=received_at)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is kept with its report)
            log.warning("report_unreadable", provider=provider, error=type(error).__name__)
            yield _unreadable(error, found.esp_event)
        else:
            if report is not None:
                yield reports.to_json(report)


def _events(
    view: AnymailBaseWebhookView, request: HttpRequest
) -> Iterator[AnymailTrackingEvent | dict[str, Any]]:
    """anymail's events; when it stumbles over one of a list, each is read by itself."""
    try:
        yield from view.parse_events(request)
    except Exception as error:
        singles = _elements(request)
        if len(singles) < 2:
            raise Garbled(type(error).__name__) from error
        for single in singles:
            yield from _single(view, request, single)


def _single(
    view: AnymailBaseWebhookView, request: HttpRequest, element: Any
) -> Iterator[AnymailTrackingEvent | dict[str, Any]]:
    request._body = json.dumps([element]).encode()  # noqa: SLF001
    try:
        yield from view.parse_events(request)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is kept with its report)
        yield _unreadable(error, element)


def _elements(request: HttpRequest) -> list[Any]:
    """The elements of a post that is a JSON list, as SendGrid, Mailjet and SparkPost send it."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return []
    return body if isinstance(body, list) else []


def _unreadable(error: Exception, raw: Any) -> dict[str, Any]:
    """Kept for a person to look at, with addresses taken out; `reports.from_json` refuses it."""
    return {"error": type(error).__name__, "raw": scrub(repr(raw), at_most=1_000)}
