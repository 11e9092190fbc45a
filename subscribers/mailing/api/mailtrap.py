"""Mailtrap: one call per mail. Variables belong to stored templates, and we name none."""

from collections.abc import Mapping, Sequence

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient


class Mailtrap(Api):
    """Sending API v2, send."""

    # api-docs.mailtrap.io, "Get all accounts".
    asks = "https://mailtrap.io/api/accounts"

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"success": true, "message_ids": ["..."]}."""
        said = orjson.loads(reply.body)
        if said["success"] is not True or said.get("errors"):
            raise ValueError("not a success")
        return Answer(kind=Kind.ACCEPTED, detail=str(said["message_ids"][0]))

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """{"success": false, "errors": ["'to' address is invalid"]}."""
        if "'to'" in reply.text:
            return {one.key: Failure("refused", scrub(reply.text)) for one in recipients}
        return super().named(reply, recipients)
