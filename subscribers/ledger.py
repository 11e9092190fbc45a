"""The consent ledger: who agreed to what, when and how. Its rows are only ever added.

The database itself refuses to change or delete one (`subscribers.append_only`).
`subscribers.explaining` reads it back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from subscribers.inserting import insert, insert_new
from subscribers.mailing.errors import ADDRESS
from subscribers.models import Consent

_LONGEST_DETAIL = 300
# Agreeing to mails: only these keep the sentence that stood beside the button.
_AGREEING = frozenset(
    {Consent.Act.REQUESTED, Consent.Act.CONFIRMED, Consent.Act.ADDED, Consent.Act.IMPORTED}
)


def _without_addresses(words: str) -> str:
    return ADDRESS.sub("[address]", words)


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


# By staff, because somebody asked them.
BY_DESK = Proof(method="desk")


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
    told = _harmless(detail)
    same = _same(act, proof, now)
    Consent.objects.bulk_create(
        (
            Consent(subscriber_id=one, newsletter_id=newsletter_id, detail=told, **same)
            for one in subscriber_ids
        ),
        batch_size=1_000,
    )


def record_each(
    *,
    act: Consent.Act,
    proof: Proof,
    now: datetime,
    subscriber_id: int,
    newsletter_ids: Iterable[int],
) -> None:
    """Add one row per newsletter (at least one) that a reader did the same with: one statement."""
    same = {"subscriber_id": subscriber_id, **_same(act, proof, now)}
    insert(Consent, [{"newsletter_id": one, **same} for one in newsletter_ids])


def record_many(
    *,
    act: Consent.Act,
    proof: Proof,
    now: datetime,
    newsletter_id: int,
    details: Mapping[int, str],
) -> None:
    """Add one row per reader of `details`, each with his own detail: one statement, in id order."""
    if not details:
        return
    ids = sorted(details)
    insert_new(
        Consent,
        each={"subscriber_id": ids, "detail": [_harmless(details[one]) for one in ids]},
        same={"newsletter_id": newsletter_id, **_same(act, proof, now), "act": act.value},
        returning="id",
    )


def _same(act: Consent.Act, proof: Proof, now: datetime) -> dict[str, Any]:
    """What all rows of one act have in common."""
    return {
        "act": act,
        "at": now,
        "method": proof.method,
        "page": proof.page,
        "wording": proof.wording if act in _AGREEING else "",
        "network": proof.network,
    }


def _harmless(detail: str) -> str:
    return _without_addresses(detail)[:_LONGEST_DETAIL]
