"""Answers after which a person must decide, unless another provider can take over."""

from datetime import datetime

from newsletter.delivery import pausing
from newsletter.delivery.claims import Claim
from subscribers.mailing import providers, state
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.providers import Shape

SILENT = (
    f"The provider did not answer {state.MOST_UNKNOWNS} times in a row. "
    "Look whether it works before you go on."
)


def follow(*, claim: Claim, answer: Answer, now: datetime) -> None:
    """Pause the claim's digest and tell staff, where the answer asks for it."""
    if reason := _reason(claim, answer, now):
        pausing.pause(digest_id=claim.batch.digest_id, reason=reason, now=now)


def follow_unknown(*, digest_id: int, provider: str, now: datetime) -> None:
    """Pause a digest whose provider has not answered several times in a row, and tell staff."""
    if _never_answers(provider) and not _another_is_well(provider, now):
        pausing.pause(digest_id=digest_id, reason=SILENT, now=now)


def _reason(claim: Claim, answer: Answer, now: datetime) -> str:
    """Why a person must look; "" when the service goes on by itself."""
    name = claim.provider.name
    if answer.kind is Kind.ACCOUNT and not _another_is_well(name, now):
        return f"The provider refused to send: {answer.detail}"
    if answer.kind is Kind.REFUSED and claim.provider.shape is Shape.SMTP and not answer.failed:
        # Nothing of it is about the readers: the sender, or the mail itself.
        return f"The provider refused to send: {answer.detail}"
    if answer.kind is Kind.UNKNOWN and _never_answers(name) and not _another_is_well(name, now):
        return SILENT
    return ""


def _never_answers(provider: str) -> bool:
    return state.unknowns_in_a_row(provider=provider) >= state.MOST_UNKNOWNS


def _another_is_well(provider: str, now: datetime) -> bool:
    return any(
        state.is_well(provider=one.name, now=now)
        for one in providers.in_order()
        if one.name != provider
    )
