"""Unisender Go: one call per mail. {{x}} is its simple template language, kept out of the mail."""

from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.prototype import Plan, prototype
from subscribers.mailing.api.question import Question
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.messages import Mailing, Recipient

# Of `failed_emails`: not now; anything else is for good.
_AGAIN = "temporary_unavailable"


class UnisenderGo(Api):
    """Web API, email/send."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)

    def plan(self) -> Plan:
        """Ours is the link to unsubscribe; `skip_unsubscribe` needs their support's consent."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=False,
            backend={"generate_message_id": False},
            esp_extra={"skip_unsubscribe": 1, "template_engine": "simple"},
        )

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"status": "success", "job_id", "emails": [...], "failed_emails": {...}}."""
        said = orjson.loads(reply.body)
        if said["status"] != "success":
            raise ValueError("not a success")
        if said["emails"]:
            return Answer(kind=Kind.ACCEPTED, detail=str(said["job_id"]))
        return _of_failed(said["failed_emails"], recipients)

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """{"status": "error", "failed_emails": {"a@example.org": "invalid"}}."""
        try:
            return _of_failed(orjson.loads(reply.body)["failed_emails"], recipients).failed
        except (ValueError, KeyError, TypeError, StopIteration):
            return {}

    def question(self, mailing: Mailing) -> Question:
        """system/info (godocs.unisender.ru/web-api-ref)."""
        made = prototype(mailing, plan=self.plan())
        return Question(urljoin(made.url, "../system/info.json"), made.headers, b"{}")


def _of_failed(said: Mapping[str, str], recipients: Sequence[Recipient]) -> Answer:
    """One was asked for, so one is in it."""
    (why,) = said.values()
    failures = {one.key: Failure("refused", why) for one in recipients}
    if why == _AGAIN:
        return Answer(kind=Kind.REFUSED, detail=why, retry=failures)
    return Answer(kind=Kind.REFUSED, detail=why, failed=failures)
