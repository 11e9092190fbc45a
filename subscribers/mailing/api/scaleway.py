"""Scaleway: one call per mail. It takes the mail as it is; there is no template language."""

from collections.abc import Mapping, Sequence

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient

# Statuses of an email that was taken (anymail's source; "failed" and "canceled" were not).
_TAKEN = {"new", "sending", "sent", "unknown"}


class Scaleway(Api):
    """Transactional Email API v1alpha1."""

    # scaleway.com/developers, "List domains".
    asks = "domains"

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"emails": [{"id": ..., "status": "new"}]}."""
        (said,) = orjson.loads(reply.body)["emails"]
        if said["status"] in _TAKEN:
            return Answer(kind=Kind.ACCEPTED, detail=str(said["id"]))
        failure = Failure("refused", scrub(str(said["status"])))
        failed = {one.key: failure for one in recipients}
        return Answer(kind=Kind.REFUSED, detail=failure.detail, failed=failed)

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """{"type": "invalid_arguments", "details": [{"argument_name": "to.0.email", ...}]}."""
        if '"to' in reply.text.replace(" ", ""):
            return {one.key: Failure("refused", scrub(reply.text)) for one in recipients}
        return super().named(reply, recipients)
