"""The consent ledger: who agreed to what, when and how. Its rows are only ever added.

The database itself refuses to change or delete one (`subscribers.append_only`).
`subscribers.explaining` reads it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from subscribers.mailing.errors import ADDRESS
from subscribers.models import Consent

_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Proof:
    """How an act came about: kept with it as consent. `network` is truncated already."""

    method: str
    page: str = ""
    wording: str = ""
    network: str = ""

    def __post_init__(self) -> None:
        # A page's address may end with what somebody typed there.
        object.__setattr__(self, "page", _without_addresses(self.page))


def record(
    *,
    act: Consent.Act,
    proof: Proof,
    now: datetime,
    subscriber_ids: Iterable[int | None],
    newsletter_id: int | None = None,
    detail: str = "",
) -> None:
    """Add one row per reader; None stands for what is no reader, such as a domain.

    Belongs into the transaction of the act. No address gets in, whatever `detail` says.
    """
    told = _without_addresses(detail)[:_LONGEST_DETAIL]
    Consent.objects.bulk_create(
        (
            Consent(
                subscriber_id=one,
                newsletter_id=newsletter_id,
                act=act,
                at=now,
                method=proof.method,
                page=proof.page,
                wording=proof.wording,
                network=proof.network,
                detail=told,
            )
            for one in subscriber_ids
        ),
        batch_size=1_000,
    )


def _without_addresses(words: str) -> str:
    return ADDRESS.sub("[address]", words)
