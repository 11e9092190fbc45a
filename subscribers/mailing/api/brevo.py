"""Brevo: one call per mail.

Its template language ({{ params.x }}, {% %}, as in Django) is documented for stored templates, and
whether it escapes values is not; so the mail comes ready, with braces kept out of it.
"""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.pieces import hole
from subscribers.mailing.api.prototype import Plan
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient

_OF_TO = re.compile(r"\b(?:in|of) to\b|\bto\[\d+\]|\bto\.\d+")


class Brevo(Api):
    """API v3, smtp/email."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)
    # developers.brevo.com, "Get your account information".
    asks = "/v3/account"

    def plan(self) -> Plan:
        """The idempotency key is a header of the mail, in the body of the call."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=False,
            headers={"idempotencyKey": hole("key")},
        )

    def key(self, token: str, recipient: Recipient) -> str:
        """A UUID, as Brevo wants it."""
        return str(uuid5(UUID(token), str(recipient.key)))

    def kind(self, reply: Reply) -> Kind:
        """A key that is known to them tells that the call came, not what became of it."""
        if reply.status == 400 and b"duplicate" in reply.body.lower():
            return Kind.UNKNOWN
        return super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"messageId": "<...>"}."""
        return Answer(kind=Kind.ACCEPTED, detail=str(orjson.loads(reply.body)["messageId"]))

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """{"code": "invalid_parameter", "message": "email is not valid in to"}."""
        if _OF_TO.search(reply.text):
            return {one.key: Failure("refused", scrub(reply.text)) for one in recipients}
        return super().named(reply, recipients)
