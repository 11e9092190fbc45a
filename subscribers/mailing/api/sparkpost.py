"""SparkPost: one transmission with `substitution_data` for each recipient.

`{{{name}}}`, three braces, is put in without escaping, in bodies, subject and headers
(developers.sparkpost.com/api/template-language). Values are not looked into again unless a template
calls render_dynamic_content; braces are kept out of mailing and values.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api, Body, listed
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import ADDRESS, scrub
from subscribers.mailing.messages import Recipient

# "Exceeded sending limit", SparkPost's own number for what others call 429.
_LIMIT = 420


class SparkPost(Api):
    """API v1, transmissions."""

    syntax = Syntax(placeholder="{{{{{{{}}}}}}}".format, hostile=BRACES)
    merges = True
    # developers.sparkpost.com/api/account.
    asks = "/api/v1/account"

    def body(self, data: Any) -> Body:
        """A recipient for each reader; anymail refers to headers with two braces, which escape."""
        headers = data["content"].get("headers", {})
        for name, value in headers.items():
            if value.startswith("{{"):
                headers[name] = f"{{{value}}}"
        return listed(data, data["recipients"])

    def kind(self, reply: Reply) -> Kind:
        """420 is a limit of the account's."""
        return Kind.THROTTLED if reply.status == _LIMIT else super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"results": {"id", "total_accepted_recipients", "total_rejected_recipients"}}.

        `rcpt_to_errors` may name the rejected. When it does not, nobody knows who got it.
        """
        results = orjson.loads(reply.body)["results"]
        said = str(results.get("rcpt_to_errors", ""))
        found = {address.casefold() for address in ADDRESS.findall(said)}
        failure = Failure("refused", scrub(said))
        failed = {one.key: failure for one in recipients if one.address.casefold() in found}
        taken = results["total_accepted_recipients"]
        if results["total_rejected_recipients"] != len(failed):
            raise ValueError("rejected recipients without a name")
        if taken + len(failed) != len(recipients):
            raise ValueError("not as many as were sent")
        kind = Kind.ACCEPTED if taken else Kind.REFUSED
        return Answer(kind=kind, detail=str(results["id"]), failed=failed)
