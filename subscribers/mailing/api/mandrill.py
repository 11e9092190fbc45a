"""Mandrill: one call per mail, because its headers are the same for all recipients of a call.

`merge: false` leaves *|X|* alone (mandrillapp.com/api/docs: "whether to evaluate merge tags in the
message"); they and the braces of its Handlebars are kept out all the same.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.prototype import Plan, prototype
from subscribers.mailing.api.question import Question
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing, Recipient

_TAGS = re.compile(rf"\*(?=\|)|{BRACES.pattern}")
# Its errors all come with status 500 and a name.
_KINDS = {
    "Invalid_Key": Kind.ACCOUNT,
    "PaymentRequired": Kind.ACCOUNT,
    "Unknown_Subaccount": Kind.ACCOUNT,
    "ValidationError": Kind.REFUSED,
}
_TAKEN = {"sent", "queued", "scheduled"}
# Of a rejection: the mailbox does not exist.
_HARD = "hard-bounce"


class Mandrill(Api):
    """API 1.0, messages/send."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=_TAGS)

    def plan(self) -> Plan:
        """Without merge tags."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=False,
            esp_extra={"message": {"merge": False, "preserve_recipients": False}},
        )

    def kind(self, reply: Reply) -> Kind:
        """{"status": "error", "name": "Invalid_Key", ...} with status 500."""
        try:
            name = orjson.loads(reply.body).get("name")
        except (ValueError, AttributeError):
            name = None
        return _KINDS.get(str(name)) or super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """[{"email", "status", "reject_reason", "_id"}]."""
        (said,) = orjson.loads(reply.body)
        if said["status"] in _TAKEN:
            return Answer(kind=Kind.ACCEPTED, detail=str(said["_id"]))
        if said["status"] not in {"rejected", "invalid"}:
            raise ValueError("neither taken nor refused")
        return _refused(said, recipients)

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """A ValidationError repeats what it was given, which points at nobody."""
        return {}

    def question(self, mailing: Mailing) -> Question:
        """users/ping2 (mandrillapp.com/api/docs): the key goes into the body."""
        made = prototype(mailing, plan=self.plan())
        key = orjson.dumps({"key": made.data["key"]})
        return Question(urljoin(made.url, "../users/ping2.json"), made.headers, key)


def _refused(said: Mapping[str, Any], recipients: Sequence[Recipient]) -> Answer:
    why = str(said.get("reject_reason") or said["status"])
    failure = Failure("refused", scrub(why), suppress=why == _HARD)
    if why == "unsigned":
        # The sender's domain, for every reader alike.
        return Answer(kind=Kind.ACCOUNT, detail=failure.detail)
    failed = {one.key: failure for one in recipients}
    return Answer(kind=Kind.REFUSED, detail=failure.detail, failed=failed)
