"""How django-unfold draws the admin: the publisher's colours and a sidebar that goes by task."""

from typing import Any

UNFOLD: dict[str, Any] = {}
