"""Postmark: the bulk call for digests, the plain one for a mail that a person waits for.

The bulk call fills in `{{{name}}}`, three braces, without escaping: Mustachio, which compiles the
template once and does not look into values again. The plain call takes the mail as it is. Braces
are kept out of mailing and values for both.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api, Body, listed
from subscribers.mailing.api.prototype import Plan
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient

# Without it Postmark writes a Message-ID of its own.
KEEP_ID = {"X-PM-KeepID": "true"}
# "API error codes": 10 bad token, 400 and 401 a sender that is not confirmed, 405 not allowed to
# send, 412 and 413 an account that waits for approval.
_ACCOUNT = {10, 400, 401, 405, 412, 413}
# 300 invalid request; the words tell which address.
_BAD_TO = re.compile(r"(?i)^(invalid|error\s+parsing)\s+'to'")
_INACTIVE = 406


class _Postmark(Api):
    # postmarkapp.com/developer/api/server-api, "Get the server".
    asks = "/server"

    def kind(self, reply: Reply) -> Kind:
        """422 with an `ErrorCode` of an account is not the mail's fault."""
        if reply.status == 422 and _error(reply).get("ErrorCode") in _ACCOUNT:
            return Kind.ACCOUNT
        return super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"ErrorCode": 0, "MessageID": ...}, from the bulk call {"ID": ..., "Status": ...}."""
        said = orjson.loads(reply.body)
        if said.get("ErrorCode", 0) != 0:
            raise ValueError("not taken")
        return Answer(kind=Kind.ACCEPTED, detail=str(said.get("MessageID") or _id(said)))


class PostmarkBulk(_Postmark):
    """email/bulk, through the broadcast stream."""

    syntax = Syntax(placeholder="{{{{{{{}}}}}}}".format, hostile=BRACES)
    merges = True

    def plan(self) -> Plan:
        """The bulk call, without anymail's random id for each mail."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=True,
            backend={"use_bulk_api": True, "generate_message_id": False},
            headers=KEEP_ID,
        )

    def body(self, data: Any) -> Body:
        """A message for each reader."""
        return listed(data, data["Messages"])


class Postmark(_Postmark):
    """email, through the transactional stream."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)

    def plan(self) -> Plan:
        """One mail; the stream that the settings name is for digests."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=False,
            backend={"use_bulk_api": False, "message_stream": None},
            headers=KEEP_ID,
        )

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """300 about 'To', or 406: he bounced or complained before. There is one recipient."""
        error = _error(reply)
        words = str(error.get("Message", ""))
        if error.get("ErrorCode") == _INACTIVE or _BAD_TO.match(words):
            return {one.key: Failure("refused", scrub(words)) for one in recipients}
        return {}


def _id(said: Mapping[str, Any]) -> str:
    return str(said["ID"] if "ID" in said else said["Id"])


def _error(reply: Reply) -> Mapping[str, Any]:
    try:
        said = orjson.loads(reply.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
