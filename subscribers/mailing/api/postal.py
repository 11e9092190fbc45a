"""Postal: one call per mail. It takes the mail as it is; there is no template language."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

import orjson

from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.prototype import prototype
from subscribers.mailing.api.question import Question
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.standing import Said, Standing

# docs.postalserver.io, "API": errors come with status 200.
_ACCOUNT = {"AccessDenied", "InvalidServerAPIKey", "ServerSuspended", "UnauthenticatedFromAddress"}


class Postal(Api):
    """API v1, send/message."""

    def kind(self, reply: Reply) -> Kind:
        """{"status": "error", "data": {"code": ...}} with status 200."""
        kind = super().kind(reply)
        if kind is not Kind.ACCEPTED:
            return kind
        said = _said(reply)
        if said.get("status") not in {"error", "parameter-error"}:
            return kind
        code = said["data"].get("code") if isinstance(said.get("data"), dict) else None
        return Kind.ACCOUNT if code in _ACCOUNT else Kind.REFUSED

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"status": "success", "data": {"message_id": ..., "messages": {...}}}."""
        said = orjson.loads(reply.body)
        if said["status"] != "success":
            raise ValueError("not a success")
        return Answer(kind=Kind.ACCEPTED, detail=str(said["data"]["message_id"]))

    def question(self, mailing: Mailing) -> Question:
        """messages/message of a mail that is not there (docs.postalserver.io, "API")."""
        made = prototype(mailing, plan=self.plan())
        return Question(urljoin(made.url, "../messages/message"), made.headers, b'{"id": 0}')

    def said(self, reply: Reply) -> Said:
        """ "MessageNotFound" is said only to those it knows."""
        if self.kind(reply) is Kind.REFUSED and reply.status == 200:
            return Said(Standing.WELL, "the key is taken")
        return super().said(reply)


def _said(reply: Reply) -> dict[str, Any]:
    try:
        said = orjson.loads(reply.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
