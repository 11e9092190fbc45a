"""django-anymail's request for a mailing to one reader who is nobody, with holes in it.

So anymail decides where everything goes and how it is written, once per mailing; what differs from
reader to reader is put in later, without parsing each address once more.
"""

import base64
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from anymail.exceptions import AnymailNotSupportedWarning
from django.core.mail import EmailMultiAlternatives, get_connection

from subscribers.mailing.api.pieces import hole
from subscribers.mailing.api.syntax import Syntax
from subscribers.mailing.messages import PLACEHOLDER, Mailing, defuse
from subscribers.mailing.mime import mailbox, one_line
from subscribers.mailing.providers import Metadata, Provider

# Its place is taken by each reader's own address.
NOBODY = "nobody.4c1b7f@reader.invalid"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a provider's file asks of anymail."""

    provider: Provider
    syntax: Syntax
    # Values go beside the mail, by the names of the placeholders; otherwise into it.
    merges: bool
    # For the backend itself, such as which of a provider's calls to use.
    backend: Mapping[str, Any] = field(default_factory=dict)
    esp_extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    # The kind of hole that a merged value goes into.
    value_kind: str = "value"
    # A template beside the message, where anymail knows none without it.
    template_id: str | None = None


@dataclass(frozen=True, slots=True)
class Prototype:
    """A request: `data` is parsed JSON or, for a form, its fields."""

    url: str
    headers: Mapping[str, str]
    data: Any


def prototype(mailing: Mailing, *, plan: Plan) -> Prototype:
    """anymail's request; raises ValueError or AnymailError when it cannot be written."""
    backend = connect(plan)
    payload = backend.build_message_payload(_message(mailing, plan), backend.send_defaults)
    params = payload.get_request_params(backend.api_url)
    headers = dict(params["headers"] or {})
    if params["auth"]:
        pair = ":".join(params["auth"]).encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    data = params["data"]
    return Prototype(
        url=params["url"], headers=headers, data=orjson.loads(data) if _is_text(data) else data
    )


def connect(plan: Plan) -> Any:
    """anymail's backend, with its settings read. It is not opened: the calls are our own."""
    with warnings.catch_warnings():
        # Said in docs/settings.md; what is used of it is tested here.
        warnings.simplefilter("ignore", AnymailNotSupportedWarning)
        return get_connection(plan.provider.backend, **plan.backend)


def message(mailing: Mailing, *, plan: Plan) -> EmailMultiAlternatives:
    """The mail as anymail is given it."""
    return _message(mailing, plan)


def _message(mailing: Mailing, plan: Plan) -> EmailMultiAlternatives:
    content = plan.syntax.apply(mailing)
    shared, personal = _headers(mailing, plan)
    message = EmailMultiAlternatives(
        subject="" if plan.template_id else content["subject"],
        body="" if plan.template_id else content["text"],
        # A name is text like any other, to the provider's language and to our own holes.
        from_email=str(mailbox(plan.syntax.text(defuse(mailing.from_name)), mailing.from_address)),
        to=[NOBODY],
        reply_to=[mailing.reply_to] if mailing.reply_to else None,
        headers=shared if plan.merges else shared | personal,
    )
    if not plan.template_id:
        message.attach_alternative(content["html"], "text/html")
    for name, value in _options(mailing, plan, personal).items():
        setattr(message, name, value)
    return message


def _headers(mailing: Mailing, plan: Plan) -> tuple[dict[str, str], dict[str, str]]:
    """Headers that are the same for all, and those with holes for each reader's own."""
    shared, personal = dict(plan.headers), {}
    for name, value in mailing.headers.items():
        words = one_line(plan.syntax.header(value))
        if name.lower() == "message-id":
            continue
        if PLACEHOLDER.search(words):
            personal[name] = PLACEHOLDER.sub(lambda found: hole(found[1], kind="line"), words)
        else:
            shared[name] = words
    if plan.provider.keeps_message_id:
        personal["Message-ID"] = hole("message_id", kind="line")
    return shared, personal


def _options(mailing: Mailing, plan: Plan, personal: Mapping[str, str]) -> dict[str, Any]:
    options = _metadata(mailing, plan)
    if plan.merges:
        names = _merged(mailing)
        options["merge_data"] = {NOBODY: {n: hole(n, kind=plan.value_kind) for n in names}}
        options["merge_headers"] = {NOBODY: dict(personal)}
    if plan.provider.switches_tracking:
        # The publisher counts for itself; a provider's own pixel and links stay out.
        options |= {"track_opens": False, "track_clicks": False}
    if plan.esp_extra:
        options["esp_extra"] = dict(plan.esp_extra)
    if plan.template_id:
        options["template_id"] = plan.template_id
    return options


def _metadata(mailing: Mailing, plan: Plan) -> dict[str, Any]:
    known = {
        "source": mailing.source,
        "token": hole("token"),
        "subscriber": hole("subscriber"),
    }
    if plan.provider.metadata is Metadata.TAGS:
        return {"tags": [f"{name}:{value}" for name, value in known.items()]}
    if plan.provider.metadata is Metadata.TAG:
        return {"tags": ["/".join(known.values())]}
    return {"merge_metadata": {NOBODY: known}} if plan.merges else {"metadata": known}


def _merged(mailing: Mailing) -> Sequence[str]:
    """The placeholders of subject and bodies, each once, in a fixed order."""
    words = f"{mailing.subject}\n{mailing.html}\n{mailing.text}"
    return sorted(set(PLACEHOLDER.findall(words)))


def _is_text(data: object) -> bool:
    return isinstance(data, str | bytes)
