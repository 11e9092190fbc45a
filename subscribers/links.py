"""Absolute addresses of the pages that mails link to.

Put together by hand rather than by `reverse()`: a digest makes two of them per reader. A test
holds them to `urls.py`.
"""

from datetime import datetime

from django.conf import settings

from subscribers import tokens


def unsubscribe_url(
    *, subscriber_id: int, newsletter_id: int, issued_at: datetime = tokens.EPOCH
) -> str:
    """The page (and RFC 8058 one-click target) by which one reader leaves one newsletter."""
    token = tokens.unsubscribe_token(
        subscriber_id=subscriber_id, newsletter_id=newsletter_id, issued_at=issued_at
    )
    return f"{settings.SITE_URL}/unsubscribe/{token}/"


def nobodys_unsubscribe_url() -> str:
    """Takes a mail client's one-click POST like any other, and nobody leaves anything."""
    return unsubscribe_url(subscriber_id=tokens.NOBODY, newsletter_id=tokens.NOBODY)


def preferences_url(*, subscriber_id: int, issued_at: datetime) -> str:
    """One reader's preference page, for twelve months from `issued_at`."""
    token = tokens.preferences_token(subscriber_id=subscriber_id, issued_at=issued_at)
    return f"{settings.SITE_URL}/preferences/{token}/"


def confirm_url(*, subscriber_id: int, issued_at: datetime) -> str:
    """The page behind the button of a confirmation mail."""
    token = tokens.confirm_token(subscriber_id=subscriber_id, issued_at=issued_at)
    return f"{settings.SITE_URL}/confirm/{token}/"


def fresh_url(*, subscriber_id: int, row_id: int) -> str:
    """What a reader alone may see, once (`subscribers.account.fresh_links`)."""
    token = tokens.fresh_token(subscriber_id=subscriber_id, row_id=row_id)
    return f"{settings.SITE_URL}/your-data/{token}/"


def new_address_url(*, subscriber_id: int, row_id: int) -> str:
    """The page behind the button of a mail to a new address."""
    token = tokens.new_address_token(subscriber_id=subscriber_id, row_id=row_id)
    return f"{settings.SITE_URL}/new-address/{token}/"
