"""The form of a schedule, and of the days that differ from it."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from newsletter.digests.layouts import LAYOUTS
from newsletter.models import Schedule, ScheduleDay
from newsletter.models.schedule import DAYS
from newsletter.scheduling.days import UnknownCalendar, checked_calendar, codes_in
from newsletter.scheduling.upcoming import LONGEST_HEAD_START
from subscribers.audience import count_by_frequency
from subscribers.models import Newsletter, Subscription

WEEKDAYS = tuple((str(number), name) for number, name in enumerate(DAYS, start=1))
MINUTE = timedelta(minutes=1)
KIND_OF_ROW = re.compile(r"(days-[0-9]+)-kind")


class WeekdaysField(forms.MultipleChoiceField):
    """Ticked days <-> ISO weekdays in order ("12345" is Monday to Friday)."""

    def prepare_value(self, value: Any) -> list[str]:
        return list(value or "")

    def clean(self, value: Any) -> str:
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(list(initial or ""), data)


class ScheduleForm(forms.ModelForm[Schedule]):
    """Everything but the start, which is set when something changes."""

    no_day = "Tick at least one day, or choose one once a week, or name a further day on its page."

    weekdays = WeekdaysField(
        choices=WEEKDAYS, widget=UnfoldAdminCheckboxSelectMultipleWidget, required=False
    )
    layout = forms.ChoiceField(
        choices=lambda: [(layout.key, layout.name) for layout in LAYOUTS.values()],
        widget=UnfoldAdminSelectWidget,
    )
    leaves_out = forms.ModelMultipleChoiceField(
        Newsletter.objects.all(),
        label="Leave out what ran in",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Stories of these newsletters do not run here too.",
    )

    class Meta:
        model = Schedule
        fields = "__all__"  # noqa: DJ007  (the pages name them in their groups)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others: Any = self.fields["leaves_out"]
        # Its own stories do not run twice in any case.
        others.queryset = Newsletter.objects.exclude(pk=self.instance.newsletter_id)
        if "head_start_minutes" in self.fields:
            says = "27 hours (1,620 minutes) is the most: no two clocks on Earth are further apart."
            most = MaxValueValidator(LONGEST_HEAD_START // MINUTE, says)
            self.fields["head_start_minutes"].validators.append(most)

    def clean_holidays(self) -> str:
        codes = codes_in(self.cleaned_data["holidays"])
        refused = [words for code in codes if (words := _refusal(code))]
        if refused:
            raise ValidationError(refused)
        return ", ".join(codes)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = given.get("first_day"), given.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last day is before the first.")
        if given.get("weekly_time") and not given.get("weekly_day"):
            self.add_error("weekly_time", "Choose its day as well, or leave its time empty.")
        named = given.get("weekdays") or given.get("weekly_day") or self.has_further_day()
        if not named:
            self.add_error("weekdays", self.no_day)
        if "weekly_day" in self.changed_data and not given.get("weekly_day"):
            self._keep_weekly_readers()
        return given

    def has_further_day(self) -> bool:
        """Whether a day is named on which it runs whatever its weekdays are."""
        extra = ScheduleDay.objects.filter(kind=ScheduleDay.Kind.EXTRA)
        return extra.filter(schedule_id=self.instance.pk or 0).exists()

    def _keep_weekly_readers(self) -> None:
        count = count_by_frequency(
            newsletter_id=self.instance.newsletter_id or 0,
            frequency=Subscription.Frequency.ONCE_A_WEEK,
        )
        if count:
            who = "1 reader" if count == 1 else f"{intcomma(count)} readers"
            self.add_error(
                "weekly_day",
                f"{who} chose once a week; they would get nothing. Keep a day for them until they "
                "have chosen another rhythm.",
            )


class OwnScheduleForm(ScheduleForm):
    """On its own page, where the days that differ are named too."""

    no_day = "Tick at least one day, or choose one once a week, or name a further day below."

    def has_further_day(self) -> bool:
        """By what is posted beside it: the rows are saved after this form."""
        return any(
            self.data[key] == ScheduleDay.Kind.EXTRA and not self.data.get(f"{row[1]}-DELETE")
            for key in self.data
            if (row := KIND_OF_ROW.fullmatch(key))
        )


class DaysFormSet(forms.BaseInlineFormSet[ScheduleDay, Schedule, "DayForm"]):
    """The days that differ; each stands there once."""

    def get_unique_error_message(self, unique_check: Any) -> str:
        return "A day stands here twice. Keep one of the two."

    def get_form_error(self) -> str:
        return "This day stands here twice: either there is a mail on it, or there is none."


class DayForm(forms.ModelForm[ScheduleDay]):
    """One day that differs."""

    class Meta:
        model = ScheduleDay
        fields = ("day", "kind", "local_time", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The heads of a table's columns are no labels.
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = str(field.label).capitalize()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("kind") == ScheduleDay.Kind.SKIP and given.get("local_time"):
            self.add_error("local_time", "A day without a mail needs no time.")
        return given


def _refusal(code: str) -> str:
    try:
        checked_calendar(code, timezone.now().year)
    except UnknownCalendar as error:
        return str(error)
    return ""
