"""MailerSend: one call per mail.

A merge would show everybody's address to all, or go through a bulk call that answers with no id.
{{ }}, {% %} and {$ } are its template language, which also runs without a template; they are kept
out of the mail.
"""

from collections.abc import Mapping, Sequence

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient


class MailerSend(Api):
    """API v1, email."""

    syntax = Syntax(placeholder=Api.syntax.placeholder, hostile=BRACES)
    # developers.mailersend.com, "Get API quota".
    asks = "/v1/api-quota"

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """202 with X-Message-Id; with a warning of ALL_SUPPRESSED instead, it was not taken."""
        if "X-Message-Id" in reply.headers:
            return Answer(kind=Kind.ACCEPTED, detail=str(reply.headers["X-Message-Id"]))
        (warning,) = orjson.loads(reply.body)["warnings"]
        if warning["type"] != "ALL_SUPPRESSED":
            raise ValueError("neither taken nor refused")
        failure = Failure("refused", scrub(reply.text))
        failed = {one.key: failure for one in recipients}
        return Answer(kind=Kind.REFUSED, detail=failure.detail, failed=failed)

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """422 {"message": ..., "errors": {"to.0.email": [...]}}."""
        if '"to.0.' in reply.text:
            return {one.key: Failure("refused", scrub(reply.text)) for one in recipients}
        return super().named(reply, recipients)
