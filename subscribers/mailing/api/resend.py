"""Resend: one call per mail, with an idempotency key. It takes the mail as it is.

{{{ }}} means something in broadcasts and stored templates only; braces are kept out all the same.
"""

from collections.abc import Mapping, Sequence

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply, Request
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient
from subscribers.mailing.standing import Said, Standing


class Resend(Api):
    """API, emails."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)
    # resend.com/docs, "List Domains".
    asks = "/domains"

    def key(self, token: str, recipient: Recipient) -> str:
        """Claim and reader, well within 256 characters."""
        return f"{token}/{recipient.key}"

    def sign(self, request: Request, texts: Mapping[str, str]) -> Request:
        """The key is a header of the call (resend.com/docs, "Idempotency keys")."""
        headers = {**request.headers, "Idempotency-Key": texts["key"]}
        return Request(request.url, headers, request.body)

    def kind(self, reply: Reply) -> Kind:
        """409: the key was used for another payload, or its first call is still on its way.

        Neither says what became of that first call.
        """
        return Kind.UNKNOWN if reply.status == 409 else super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"id": "..."}; the same again for a key that was used for the same payload."""
        return Answer(kind=Kind.ACCEPTED, detail=str(orjson.loads(reply.body)["id"]))

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """422 {"name": "validation_error", "message": "Invalid `to` field. ..."}."""
        if "`to`" in reply.text:
            return {one.key: Failure("refused", scrub(reply.text)) for one in recipients}
        return super().named(reply, recipients)

    def said(self, reply: Reply) -> Said:
        """A key that may only send is refused by a name of its own (resend.com/docs, "Errors")."""
        if "restricted_api_key" in reply.text:
            return Said(Standing.WELL, "the key may send, and nothing else")
        if reply.status == 400 and "API key is invalid" in reply.text:
            return Said(Standing.REFUSED, scrub(f"{reply.status} {reply.text}"))
        return super().said(reply)
