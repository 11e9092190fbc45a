"""Mailjet: one call per mail.

Its template language ({{var:x}}, {% %}) runs only with `TemplateLanguage`, which we leave off; the
braces are kept out all the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient


class Mailjet(Api):
    """Send API v3.1."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)
    # dev.mailjet.com, "Sender addresses and domains".
    asks = "/v3/REST/sender?Limit=1"

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"Messages": [{"Status": "success", "To": [{"MessageID": ...}]}]}."""
        (said,) = orjson.loads(reply.body)["Messages"]
        if said["Status"] != "success":
            raise ValueError("not a success")
        return Answer(kind=Kind.ACCEPTED, detail=str(said["To"][0]["MessageID"]))

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """{"Messages": [{"Errors": [{"ErrorRelatedTo": ["To[0].Email"], ...}]}]}."""
        if any(str(place).startswith("To") for place in _places(reply)):
            return {one.key: Failure("refused", scrub(reply.text)) for one in recipients}
        return {}


def _places(reply: Reply) -> list[Any]:
    try:
        errors = orjson.loads(reply.body)["Messages"][0]["Errors"]
        return [place for error in errors for place in error.get("ErrorRelatedTo", [])]
    except (ValueError, KeyError, TypeError, IndexError):
        return []
