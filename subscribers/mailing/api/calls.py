"""Calling a provider's API for one mailing: `send`, and what is asked before or kept beside it."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from uuid import UUID

import orjson
from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api import wire
from subscribers.mailing.api.base import Api, Written
from subscribers.mailing.api.registry import api_of
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider

# What says that a mailing cannot be put into a provider's words.
UNWRITABLE = (ValueError, AnymailError, ImproperlyConfigured)
# Mailings whose requests are kept: about 150 KB each.
_KEPT = 8
# Bytes that a character may become in JSON in JSON: a quote, and anything beyond ASCII.
_WORST = 4
_WORST_OF_ALL = 12


def send(
    *,
    provider: Provider,
    mailing: Mailing,
    recipients: Sequence[Recipient],
    token: UUID,
    alone: bool = False,
) -> Answer:
    """Hand the mailing over in one call; never raises for what a provider can answer.

    A provider that merges takes as many recipients as `fits`; the others take one. Called again
    with the same token it sends the same bytes and the same key. Metadata with each mail: `source`,
    `token` and `subscriber`. `alone`: one mail that a person waits for, where the provider has a
    faster call for that.
    """
    api = api_of(provider, alone=alone)
    try:
        written = _write(api, mailing)
    except ImproperlyConfigured as error:
        return Answer(kind=Kind.ACCOUNT, detail=scrub(str(error)))
    except UNWRITABLE as error:
        # The sender, for instance, is no address: nothing left, and asking again will not help.
        return Answer(kind=Kind.REFUSED, detail=scrub(str(error)))
    claim = str(token)
    readers = [_texts(api, one, claim) for one in recipients]
    if too_large := _too_large(provider, recipients):
        detail = "The values of some readers are more than the provider takes."
        return Answer(kind=Kind.REFUSED, detail=detail, failed=too_large)
    request = wire.Request(written.url, written.headers, written.body.write(readers))
    try:
        reply = wire.post(api.sign(request, readers[0]))
    except wire.NotSent as error:
        return Answer(kind=Kind.NOT_SENT, detail=scrub(str(error)))
    except wire.NoAnswer as error:
        return Answer(kind=Kind.UNKNOWN, detail=scrub(str(error)))
    return api.answer(reply, recipients)


def fits(*, provider: Provider, mailing: Mailing, recipients: Sequence[Recipient]) -> int:
    """How many of `recipients`, from the first on, go into one call: by number and by bytes.

    At least 1: what does not fit alone is for the provider to refuse. Cheap where there is room,
    as there nearly always is.
    """
    most = min(len(recipients), provider.batch_size)
    api = api_of(provider)
    if not api.merges:
        return most
    try:
        written = _write(api, mailing)
    except UNWRITABLE:
        return most
    room = provider.most_bytes - written.body.shared
    worst = sum(_worst(one) for one in recipients[:most])
    if most * written.body.each + worst <= room:
        return most
    for count, one in enumerate(recipients[:most]):
        room -= (
            len(written.body.write([_texts(api, one, str(UUID(int=0)))])) - written.body.shared + 1
        )
        if room < 0:
            return max(count, 1)
    return most


def payload_hash(
    *, provider: Provider, mailing: Mailing, recipients: Sequence[Recipient], token: UUID
) -> str:
    """What a replay must be equal to; "" for a provider without idempotency keys.

    Of all that is sent, without sending it. "" also where the mailing cannot be written.
    """
    if provider.key_life is None:
        return ""
    try:
        written = _write(api_of(provider), mailing)
    except UNWRITABLE:
        return ""
    known = [
        [one.subscriber_id, one.address, one.message_id, dict(one.values)] for one in recipients
    ]
    content = orjson.dumps([written.digest, str(token), known], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def _texts(api: Api, recipient: Recipient, token: str) -> dict[str, str]:
    """What goes into the holes of one reader."""
    return {
        **api.syntax.values(recipient.values),
        "address": recipient.address,
        "message_id": recipient.message_id,
        "subscriber": str(recipient.subscriber_id or ""),
        "token": token,
        "key": api.key(token, recipient),
    }


def _too_large(provider: Provider, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
    most = provider.most_reader_bytes
    if most is None:
        return {}
    failure = Failure(reason="too_large", detail=f"more than {most} bytes of values")
    return {one.key: failure for one in recipients if _is_over(one, most)}


def _is_over(recipient: Recipient, most: int) -> bool:
    if sum(map(len, recipient.values.values())) * 8 <= most:
        return False
    return (
        sum(len(name) + 4 + len(value.encode()) for name, value in recipient.values.items()) > most
    )


def _worst(recipient: Recipient) -> int:
    """Bytes that a recipient's values cannot exceed, without looking at each character."""
    texts = (recipient.address, *recipient.values.values())
    return sum(len(text) * (_WORST if text.isascii() else _WORST_OF_ALL) for text in texts)


def _write(api: Api, mailing: Mailing) -> Written:
    return _written(
        api,
        mailing.subject,
        mailing.html,
        mailing.text,
        mailing.from_name,
        mailing.from_address,
        mailing.reply_to,
        tuple(mailing.headers.items()),
        mailing.source,
        repr(settings.ANYMAIL),
    )


@lru_cache(maxsize=_KEPT)
def _written(  # noqa: PLR0917  (by value: the mailing is read anew for every batch)
    api: Api,
    subject: str,
    html: str,
    text: str,
    from_name: str,
    from_address: str,
    reply_to: str,
    headers: tuple[tuple[str, str], ...],
    source: str,
    _settings: str,
) -> Written:
    return api.write(
        Mailing(
            subject=subject,
            html=html,
            text=text,
            from_name=from_name,
            from_address=from_address,
            reply_to=reply_to,
            headers=dict(headers),
            source=source,
        )
    )
