"""The plan as tables of Markdown."""

from collections.abc import Sequence

from benchmarks.plan.arithmetic import Costs, Plan, Sending, plan, sending
from benchmarks.plan.costs import COSTS, PROVIDERS

Row = Sequence[str]


def in_words(*, readers: Sequence[int], costs: Costs) -> str:
    """What each number of readers needs, then each provider's part, then the figures behind it."""
    plans = [plan(readers=one, costs=costs) for one in readers]
    parts = [_table(("", *(f"{one.readers:,} readers" for one in plans)), _needs(plans))]
    head = ("readers", "provider", "calls/s", "processes (`DRAINS`)", "GiB", "connections")
    found = [
        sending(of=one, provider=provider, costs=costs) for one in plans for provider in PROVIDERS
    ]
    rows = [
        _sending(one.readers, part)
        for one, part in zip([one for one in plans for _ in PROVIDERS], found, strict=True)
    ]
    parts.append(_table((*head, "provider, USD a month", "its limit"), rows))
    parts.append(_table(("figure", "value", "unit", "is", "from"), _sources(costs)))
    return "\n\n".join(parts)


def _needs(plans: list[Plan]) -> list[Row]:
    def row(name: str, form: str, field: str) -> Row:
        return (name, *(form.format(getattr(one, field)) for one in plans))

    return [
        row("mails a second", "{:,.0f}", "mails_a_second"),
        row("cores for workers", "{:.2f}", "worker_cores"),
        row("cores for the database", "{:.2f}", "database_cores"),
        row("cores for the site", "{:.2f}", "web_cores"),
        row("clicks a second, worst minute", "{:,.0f}", "clicks_a_second"),
        row("sign-ups a second, worst minute", "{:,.1f}", "sign_ups_a_second"),
        row("processes of the site", "{}", "web_processes"),
        row("processes for confirmation mails", "{}", "notices_processes"),
        row("seconds to freeze the audience", "{:,.0f}", "freeze_seconds"),
        row("readers on disk, GB", "{:,.1f}", "readers_gb"),
        row("deliveries on disk, GB a year", "{:,.0f}", "deliveries_gb_a_year"),
        row("write-ahead log, GB a mail", "{:,.1f}", "log_gb_a_mail"),
        row("write-ahead log, MB/s", "{:,.2f}", "log_mb_a_second"),
        row("own machines and disks, USD a month", "{:,.0f}", "own_usd"),
    ]


def _sending(readers: int, part: Sending) -> Row:
    return (
        f"{readers:,}",
        part.provider.name,
        f"{part.calls_a_second:,.1f}",
        str(part.processes),
        f"{part.memory_gib:.1f}",
        str(part.connections),
        f"{part.usd:,.0f}",
        part.provider.limit,
    )


def _sources(costs: Costs) -> list[Row]:
    rows = []
    for cost in COSTS:
        mine = costs[cost.name] != cost.value
        kind, source = ("yours", "--cost") if mine else (cost.kind, cost.source)
        rows.append((f"`{cost.name}`", f"{costs[cost.name]:g}", cost.unit, kind, source))
    rows += [
        (provider.name, f"{provider.price:g}", "USD for 1,000 mails", "public, check it", "")
        for provider in PROVIDERS
    ]
    return rows


def _table(head: Row, rows: list[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
