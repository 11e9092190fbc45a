"""Which file is whose."""

from functools import cache

from subscribers.mailing.api import (
    amazon_ses,
    brevo,
    mailersend,
    mailgun,
    mailjet,
    mailtrap,
    mandrill,
    postal,
    postmark,
    resend,
    scaleway,
    sendgrid,
    sparkpost,
    unisender_go,
)
from subscribers.mailing.api.base import Api
from subscribers.mailing.providers import PROVIDERS, Provider

APIS: dict[str, type[Api]] = {
    "amazon_ses": amazon_ses.AmazonSes,
    "brevo": brevo.Brevo,
    "mailersend": mailersend.MailerSend,
    "mailgun": mailgun.Mailgun,
    "mailjet": mailjet.Mailjet,
    "mailtrap": mailtrap.Mailtrap,
    "mandrill": mandrill.Mandrill,
    "postal": postal.Postal,
    "postmark": postmark.PostmarkBulk,
    "resend": resend.Resend,
    "scaleway": scaleway.Scaleway,
    "sendgrid": sendgrid.SendGrid,
    "sparkpost": sparkpost.SparkPost,
    "unisender_go": unisender_go.UnisenderGo,
}
# A faster call for one mail that a person waits for.
ALONE: dict[str, type[Api]] = {"postmark": postmark.Postmark}


def api_of(provider: Provider, *, alone: bool = False) -> Api:
    """How to talk to `provider`; the same object each time."""
    return _api(provider.name, alone)


@cache
def _api(name: str, alone: bool) -> Api:  # noqa: FBT001  (the key of a cache)
    kind = ALONE.get(name, APIS[name]) if alone else APIS[name]
    return kind(PROVIDERS[name])
