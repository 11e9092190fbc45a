"""An outbox in use, as in development, and a way to put a mail into it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from subscribers.models import OutboxMail, OutboxTemplate

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
HTML = (
    "<html><head><style>@media (prefers-color-scheme: dark) { h1 { color: #fff } }</style></head>"
    "<body><h1>Morning Briefing</h1><p>@@greeting_html@@</p>"
    '<a href="@@unsubscribe_url@@">Unsubscribe</a></body></html>'
)
HEADERS = {
    "From": "The Daymark Morning Briefing <briefing@daymark.example>",
    "Message-ID": "@@message_id@@",
    "List-Unsubscribe": "<@@unsubscribe_url@@>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}

Capture = Callable[..., OutboxMail]


@pytest.fixture(autouse=True)
def development(settings: Any, db: None) -> None:
    settings.DEBUG = True
    settings.EMAIL_PROVIDERS = ["outbox"]
    settings.SITE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def template() -> OutboxTemplate:
    return OutboxTemplate.objects.create(
        key="k1",
        subject="Harbour reopens",
        html=HTML,
        text="@@greeting_text@@\n\nUnsubscribe: @@unsubscribe_url@@\n",
        headers=HEADERS,
        created_at=AT,
    )


@pytest.fixture
def capture(template: OutboxTemplate) -> Capture:
    """Put a mail to an address into the outbox."""

    def put(address: str = "ana@mail.example", source: str = "digest:12") -> OutboxMail:
        values = {
            "greeting_html": f"Good morning, {address.partition('@')[0]}.",
            "greeting_text": f"Good morning, {address.partition('@')[0]}.",
            "unsubscribe_url": f"http://127.0.0.1:8000/unsubscribe/{'t' * 90}/",
            "message_id": "<12.7@daymark.example>",
        }
        return OutboxMail.objects.create(
            template=template,
            address=address,
            values=values,
            source=source,
            token=uuid4(),
            created_at=AT,
        )

    return put
