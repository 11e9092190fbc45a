"""SendGrid: one call, `personalizations` with `substitutions`.

Why nothing of ours reaches a template language: Handlebars runs only for a template_id that starts
with "d-", and we give none. Substitutions replace the keys that we give, `@@name@@`, letter by
letter and without escaping; no other text holds one of them (messages.defuse). `<% %>` belongs to
subscription tracking, which is switched off, and is kept out besides.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api, Body, listed
from subscribers.mailing.api.prototype import Plan
from subscribers.mailing.api.syntax import Syntax
from subscribers.mailing.api.wire import Reply
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Recipient
from subscribers.mailing.standing import Said, Standing

_FIELD = re.compile(r"personalizations[.\[](\d+)")


class SendGrid(Api):
    """API v3, mail/send."""

    syntax = Syntax(placeholder="@@{}@@".format, hostile=re.compile("<(?=%)"))
    merges = True
    # twilio.com/docs/sendgrid, "Retrieve a list of scopes".
    asks = "/v3/scopes"

    def plan(self) -> Plan:
        """Substitutions as they stand, no unsubscribe link of SendGrid's own."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=True,
            # Its random id with each mail; ours come back in `custom_args`.
            backend={"generate_message_id": False},
            esp_extra={
                "merge_field_format": "@@{}@@",
                "tracking_settings": {"subscription_tracking": {"enable": False}},
            },
        )

    def body(self, data: Any) -> Body:
        """A personalization for each reader."""
        return listed(data, data["personalizations"])

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """202 without words."""
        return Answer(kind=Kind.ACCEPTED, detail=str(reply.headers.get("X-Message-Id", "")))

    def named(self, reply: Reply, recipients: Sequence[Recipient]) -> Mapping[int, Failure]:
        """{"errors": [{"field": "personalizations.3.to.0.email", "message": ...}]}."""
        failed = {}
        for error in _errors(reply):
            found = _FIELD.match(str(error.get("field")))
            if found and int(found[1]) < len(recipients):
                one = recipients[int(found[1])]
                failed[one.key] = Failure("refused", scrub(str(error.get("message"))))
        return failed or super().named(reply, recipients)

    def said(self, reply: Reply) -> Said:
        """{"scopes": ["mail.send", ...]}: what the key may do."""
        found = super().said(reply)
        if found.standing is Standing.WELL and '"mail.send"' not in reply.text:
            return Said(Standing.REFUSED, "the key may not send: it lacks the scope mail.send")
        return found


def _errors(reply: Reply) -> list[dict[str, Any]]:
    try:
        errors = orjson.loads(reply.body)["errors"]
        return [error for error in errors if isinstance(error, dict)]
    except (ValueError, KeyError, TypeError):
        return []
