"""Files to import, and what becomes of them."""

import io
from typing import Any

from subscribers.models import Newsletter
from subscribers.transfer.importing import agreement, import_readers
from subscribers.transfer.report import Report
from tests.factories import NOW


def bring_in(
    newsletter: Newsletter, content: str | bytes, *, dry_run: bool = False, **values: Any
) -> Report:
    """Import `content` as the file fair.csv of people who agreed at a fair."""
    raw = content.encode() if isinstance(content, str) else content
    return import_readers(
        file=io.BytesIO(raw),
        newsletter=newsletter,
        agreed=agreement(basis="Signed a card at the fair", file_name="fair.csv"),
        dry_run=dry_run,
        now=values.get("now", NOW),
    )


def told(report: Report) -> dict[str, int]:
    """Counts by kind."""
    return {kind.name: number for kind, number in report.counts.items() if number}
