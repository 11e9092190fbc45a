"""Each provider's API in a test: its settings, what it makes of a call, and how it says yes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.providers import Call
from tests.subscribers.mailing.api.merging import (
    amazon_ses,
    mailgun,
    postmark_bulk,
    sendgrid,
    sparkpost,
)
from tests.subscribers.mailing.api.reading import Mail
from tests.subscribers.mailing.api.singles import (
    brevo,
    mailersend,
    mailjet,
    mailtrap,
    mandrill,
    postal,
    resend,
    scaleway,
    unisender_go,
)


@dataclass(frozen=True)
class Dialect:
    """`keys`: its settings but for the address of its API; `good`: how it takes a call."""

    keys: Mapping[str, Any]
    good: Callable[[list[Mail]], tuple[int, str]]
    read: Callable[[Call], list[Mail]]


def says(status: int, words: Any) -> Callable[[list[Mail]], tuple[int, str]]:
    return lambda _mails: (status, words if isinstance(words, str) else json.dumps(words))


def _ses_good(mails: list[Mail]) -> tuple[int, str]:
    return 200, json.dumps(
        {"BulkEmailEntryResults": [{"Status": "SUCCESS", "MessageId": "id"} for _ in mails]}
    )


def _sparkpost_good(mails: list[Mail]) -> tuple[int, str]:
    results = {"total_accepted_recipients": len(mails), "total_rejected_recipients": 0, "id": "1"}
    return 200, json.dumps({"results": results})


DIALECTS = {
    "amazon_ses": Dialect(
        {
            "AMAZON_SES_SESSION_PARAMS": {
                "aws_access_key_id": "id",
                "aws_secret_access_key": "key",
                "region_name": "eu-west-1",
            }
        },
        _ses_good,
        amazon_ses,
    ),
    "brevo": Dialect({"BREVO_API_KEY": "key"}, says(201, {"messageId": "<1@b>"}), brevo),
    "mailersend": Dialect({"MAILERSEND_API_TOKEN": "key"}, says(202, ""), mailersend),
    "mailgun": Dialect(
        {"MAILGUN_API_KEY": "key"},
        says(200, {"id": "<1@m>", "message": "Queued. Thank you."}),
        mailgun,
    ),
    "mailjet": Dialect(
        {"MAILJET_API_KEY": "key", "MAILJET_SECRET_KEY": "key"},
        says(200, {"Messages": [{"Status": "success", "To": [{"MessageID": 7}]}]}),
        mailjet,
    ),
    "mailtrap": Dialect(
        {"MAILTRAP_API_TOKEN": "key"}, says(200, {"success": True, "message_ids": ["1"]}), mailtrap
    ),
    "mandrill": Dialect(
        {"MANDRILL_API_KEY": "key"}, says(200, [{"status": "queued", "_id": "1"}]), mandrill
    ),
    "postal": Dialect(
        {"POSTAL_API_KEY": "key"},
        says(200, {"status": "success", "data": {"message_id": "1", "messages": {}}}),
        postal,
    ),
    "postmark": Dialect(
        {"POSTMARK_SERVER_TOKEN": "key"},
        says(200, {"ID": "1", "Status": "Accepted", "PercentageCompleted": 0}),
        postmark_bulk,
    ),
    "resend": Dialect({"RESEND_API_KEY": "key"}, says(200, {"id": "1"}), resend),
    "scaleway": Dialect(
        {"SCALEWAY_SECRET_KEY": "key", "SCALEWAY_PROJECT_ID": "project"},
        says(200, {"emails": [{"id": "1", "status": "new"}]}),
        scaleway,
    ),
    "sendgrid": Dialect({"SENDGRID_API_KEY": "key"}, says(202, ""), sendgrid),
    "sparkpost": Dialect({"SPARKPOST_API_KEY": "key"}, _sparkpost_good, sparkpost),
    "unisender_go": Dialect(
        {"UNISENDER_GO_API_KEY": "key"},
        says(200, {"status": "success", "job_id": "1", "emails": ["a"], "failed_emails": {}}),
        unisender_go,
    ),
}


def settings_of(name: str, url: str) -> dict[str, Any]:
    """ANYMAIL for a provider whose API is at `url`."""
    if name == "amazon_ses":
        return {**DIALECTS[name].keys, "AMAZON_SES_CLIENT_PARAMS": {"endpoint_url": url}}
    return {**DIALECTS[name].keys, f"{name.upper()}_API_URL": url}
