"""The form of a provider's limits, with an offer to make a warm-up plan."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from subscribers.mailing import limit_settings
from subscribers.mailing.limit_settings import BadPlan, Limits

MAKE = "make_plan"


def _number() -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal", "autocomplete": "off"})


class LimitsForm(forms.Form):
    """Empty is no limit."""

    mails_per_second = forms.FloatField(
        label="Mails a second",
        required=False,
        min_value=0.01,
        max_value=100_000,
        widget=_number(),
        help_text="Empty: as fast as it goes.",
        error_messages={"min_value": "Give more than 0, or leave it empty for no limit."},
    )
    calls_per_minute = forms.FloatField(
        label="Calls a minute",
        required=False,
        min_value=1,
        max_value=1_000_000,
        widget=_number(),
        help_text="A call carries many mails, or one, as the provider takes them.",
        error_messages={"min_value": "Give 1 or more, or leave it empty for no limit."},
    )
    daily_cap = forms.IntegerField(
        label="Mails a day",
        required=False,
        min_value=1,
        max_value=limit_settings.MOST_MAILS,
        widget=_number(),
        help_text="Days are those of UTC. A tenth is kept for confirmation mails.",
        error_messages={
            "min_value": "Give 1 or more. To stop a provider, take it out of EMAIL_PROVIDERS."
        },
    )
    warmup_plan = forms.CharField(
        label="Warm-up plan",
        required=False,
        max_length=4_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "placeholder": "50, 100, 500"}),
        help_text="Mails on the first, second, ... day on which anything is sent, with commas "
        "between. Afterwards mails a day alone counts.",
    )
    start = forms.IntegerField(
        label="First day", required=False, min_value=1, max_value=1_000_000, widget=_number()
    )
    factor = forms.FloatField(
        label="Times, each day", required=False, min_value=1, max_value=10, widget=_number()
    )
    days = forms.IntegerField(
        label="Days",
        required=False,
        min_value=1,
        max_value=limit_settings.MOST_DAYS,
        widget=_number(),
    )

    @classmethod
    def values(cls, found: Limits) -> dict[str, Any]:
        """What stands in the fields at first; a usual plan is offered."""
        return {
            "mails_per_second": _short(found.mails_per_second),
            "calls_per_minute": _short(found.calls_per_minute),
            "daily_cap": found.daily_cap,
            "warmup_plan": in_words(found.warmup_plan),
            "start": 50,
            "factor": 2,
            "days": 14,
        }

    def clean_warmup_plan(self) -> tuple[int, ...]:
        try:
            return limit_settings.read_plan(self.cleaned_data["warmup_plan"])
        except BadPlan as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def limits(self) -> Limits:
        """What was typed; the form must be valid."""
        data = self.cleaned_data
        return Limits(
            mails_per_second=data["mails_per_second"],
            calls_per_minute=data["calls_per_minute"],
            daily_cap=data["daily_cap"],
            warmup_plan=data["warmup_plan"],
        )

    def offer_plan(self) -> None:
        """Put the plan that start, factor and days make into its field, not saved yet."""
        data = self.cleaned_data
        parts = ("start", "factor", "days")
        for name in parts:
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, "Give a number.")
        if self.errors.keys() & set(parts):
            return
        try:
            plan = limit_settings.made_plan(
                start=data["start"], factor=data["factor"], days=data["days"]
            )
        except BadPlan as refusal:
            self.add_error("days", f"{refusal} Give fewer days or a smaller factor.")
            return
        self.errors.pop("warmup_plan", None)
        self.data = {**self.data, "warmup_plan": in_words(plan)}


def _short(rate: float | None) -> str:
    return "" if rate is None else f"{rate:.10g}"


def in_words(plan: tuple[int, ...]) -> str:
    """ "50, 100, 500", as it is typed."""
    return ", ".join(str(mails) for mails in plan)
