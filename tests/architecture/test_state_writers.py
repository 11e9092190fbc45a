"""Only three modules write the state of a subscription."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WRITERS = {f"subscribers/{one}.py" for one in ("subscriptions", "asking", "admission")}
WRITES = re.compile(
    r"insert(?:_new)?\(\s*Subscription,|\WSubscription\(\s*\w+=|\bsubscription\.state\s*=[^=]"
    r"|Subscription\.objects\.(?:bulk_create|create|get_or_create|update_or_create)"
    r"|\.update\([^()]*\bstate=(?:Subscription\.)?State\.(?:ACTIVE|ENDED)\b"
)


def test_only_these_write_a_state() -> None:
    files = [one for app in ("subscribers", "newsletter") for one in (ROOT / app).rglob("*.py")]
    found = {
        str(one.relative_to(ROOT))
        for one in files
        if "migrations" not in one.parts and WRITES.search(one.read_text(encoding="utf-8"))
    }
    assert found == WRITERS
