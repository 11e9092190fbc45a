"""What a browser sends when somebody has filled in one of our sign-up forms."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from subscribers.abuse import form_time


def filled_in(*, now: datetime | None = None, **fields: Any) -> dict[str, Any]:
    """`fields` and what the form carries, ten seconds after it was drawn."""
    drawn = (now or timezone.now()) - timedelta(seconds=10)
    return {"form_time": form_time.stamp(now=drawn), "website": ""} | fields
