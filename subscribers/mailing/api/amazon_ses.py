"""Amazon SES: SendBulkEmail with the template in the call, 50 readers at a time.

`{{{name}}}`, three braces, is put in without escaping (Handlebars); values are data and not looked
into again. Braces are kept out of mailing and values. The call is signed with boto3 and made on our
own connection, because boto3 limits each read and not the whole answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api.base import Api, Written, listed, written
from subscribers.mailing.api.prototype import Plan, connect, message
from subscribers.mailing.api.question import Question
from subscribers.mailing.api.syntax import BRACES, Syntax
from subscribers.mailing.api.wire import Reply, Request
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.standing import Said, Standing

_PATH = "/v2/email/outbound-bulk-emails"
# What an entry or an exception says (SES API v2 reference, BulkEmailEntryResult and "Errors").
_ACCOUNT = {
    "ACCOUNT_SUSPENDED",
    "ACCOUNT_SENDING_PAUSED",
    "CONFIGURATION_SET_NOT_FOUND",
    "CONFIGURATION_SET_SENDING_PAUSED",
    "INVALID_SENDING_POOL_NAME",
    "MAIL_FROM_DOMAIN_NOT_VERIFIED",
    "AccountSuspendedException",
    "MailFromDomainNotVerifiedException",
    "SendingPausedException",
}
_LIMIT = {
    "ACCOUNT_THROTTLED",
    "ACCOUNT_DAILY_QUOTA_EXCEEDED",
    "LimitExceededException",
    "ThrottlingException",
    "TooManyRequestsException",
}
_AGAIN = _ACCOUNT | _LIMIT | {"TRANSIENT_FAILURE"}


class AmazonSes(Api):
    """API v2, SendBulkEmail."""

    syntax = Syntax(placeholder="{{{{{{{}}}}}}}".format, hostile=BRACES)
    merges = True

    def plan(self) -> Plan:
        """anymail makes this call for a template only; ours takes the template's place."""
        return Plan(
            provider=self.provider,
            syntax=self.syntax,
            merges=True,
            value_kind="nested",
            template_id="inline",
        )

    def write(self, mailing: Mailing) -> Written:
        """anymail's parameters with the content in them."""
        plan = self.plan()
        backend = connect(plan)
        payload = backend.build_message_payload(message(mailing, plan=plan), backend.send_defaults)
        payload.finalize_payload()
        data: dict[str, Any] = payload.params
        content = self.syntax.apply(mailing)
        parts = {"Subject": content["subject"], "Html": content["html"], "Text": content["text"]}
        data["DefaultContent"] = {"Template": {"TemplateContent": parts, "TemplateData": "{}"}}
        headers = {"Content-Type": "application/json"}
        address = self._account().endpoint + _PATH
        return written(address, headers, listed(data, data["BulkEmailEntries"]))

    def sign(self, request: Request, texts: Mapping[str, str]) -> Request:
        """Signature version 4, with the credentials that boto3 finds."""
        return Request(request.url, self._account().sign(request), request.body)

    def question(self, mailing: Mailing) -> Question:
        """GetAccount (SES API v2 reference), which needs the right ses:GetAccount."""
        asked = Request(self._account().endpoint + "/v2/email/account", {}, b"")
        return Question(asked.url, self._account().sign(asked, method="GET"))

    def said(self, reply: Reply) -> Said:
        """{"SendingEnabled": true, "ProductionAccessEnabled": false, ...}."""
        found = super().said(reply)
        if found.standing is not Standing.WELL:
            return found
        account = orjson.loads(reply.body)
        if not account.get("SendingEnabled"):
            return Said(Standing.REFUSED, "sending is switched off for the account")
        if not account.get("ProductionAccessEnabled"):
            words = "the account is in the sandbox: only verified addresses get mail"
            return Said(Standing.UNSURE, words)
        return found

    def _account(self) -> "_Account":
        return _account_of(self.provider.backend, repr(settings.ANYMAIL))

    def kind(self, reply: Reply) -> Kind:
        """Exceptions have a status of 400 and a name of their own."""
        name = str(reply.headers.get("x-amzn-ErrorType", "")).partition(":")[0]
        if name in _ACCOUNT:
            return Kind.ACCOUNT
        if name in _LIMIT:
            return Kind.THROTTLED
        return super().kind(reply)

    def accepted(self, reply: Reply, recipients: Sequence[Recipient]) -> Answer:
        """{"BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": ...}, ...]}, in order."""
        results = orjson.loads(reply.body)["BulkEmailEntryResults"]
        pairs = [
            (one.key, result["Status"], Failure("refused", _words(result)))
            for one, result in zip(recipients, results, strict=True)
        ]
        bad = {status for _, status, _ in pairs} - {"SUCCESS"}
        if not any(status == "SUCCESS" for _, status, _ in pairs):
            return _of_none(bad, pairs)
        failed = {one: said for one, status, said in pairs if status in bad - _AGAIN}
        retry = {one: said for one, status, said in pairs if status in bad & _AGAIN}
        return Answer(kind=Kind.ACCEPTED, detail=", ".join(sorted(bad)), failed=failed, retry=retry)


def _of_none(bad: set[str], pairs: Sequence[tuple[int, str, Failure]]) -> Answer:
    """Nobody was taken: then it is rarely the readers."""
    detail = ", ".join(sorted(bad))
    if bad & _ACCOUNT:
        return Answer(kind=Kind.ACCOUNT, detail=detail)
    if bad & _LIMIT:
        return Answer(kind=Kind.THROTTLED, detail=detail)
    if bad == {"TRANSIENT_FAILURE"}:
        return Answer(kind=Kind.NOT_ACCEPTED, detail=detail)
    if len(bad) == 1 and len(pairs) > 1:
        return Answer(kind=Kind.REFUSED, detail=f"{detail} {pairs[0][2].detail}".strip())
    failed = {one: said for one, status, said in pairs if status not in _AGAIN}
    return Answer(kind=Kind.REFUSED, detail=detail, failed=failed)


def _words(result: Mapping[str, Any]) -> str:
    return scrub(f"{result['Status']} {result.get('Error', '')}".strip())


@dataclass(frozen=True, slots=True)
class _Account:
    """Where calls go, and with whose signature."""

    endpoint: str
    region: str
    credentials: Any

    def sign(self, request: Request, *, method: str = "POST") -> Mapping[str, str]:
        """Headers with Signature Version 4 of exactly this body."""
        from botocore.auth import SigV4Auth  # noqa: PLC0415  (boto3 is there for SES only)
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415

        signed = AWSRequest(method, request.url, data=request.body, headers=dict(request.headers))
        # Frozen anew for each call: those of a role are exchanged while we run.
        SigV4Auth(self.credentials.get_frozen_credentials(), "ses", self.region).add_auth(signed)
        return dict(signed.headers.items())


@lru_cache(maxsize=1)
def _account_of(name: str, _settings: str) -> _Account:
    """Region, endpoint and credentials as boto3 finds them with anymail's settings."""
    import boto3  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    backend: Any = get_connection(name)
    try:
        session = boto3.session.Session(**backend.session_params)
        meta = session.client("sesv2", **backend.client_params).meta
    except BotoCoreError as error:
        raise ImproperlyConfigured(f"boto3 cannot call Amazon SES: {error}") from error
    credentials = session.get_credentials()
    if credentials is None:
        raise ImproperlyConfigured("boto3 finds no credentials for Amazon SES.")
    return _Account(meta.endpoint_url.rstrip("/"), meta.region_name, credentials)
