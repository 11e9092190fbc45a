"""The form of a schedule: weekdays to tick instead of "12345"."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from newsletter.digests.layouts import LAYOUTS
from newsletter.models import Schedule
from subscribers.models import Newsletter

WEEKDAYS = (
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
)


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

    weekdays = WeekdaysField(
        choices=WEEKDAYS,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": "Tick at least one day."},
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
        fields = (
            "newsletter",
            "is_active",
            "weekdays",
            "local_time",
            "layout",
            "lead_time_minutes",
            "lock_minutes",
            "grace_minutes",
            "approval",
            "min_stories",
            "max_age_hours",
            "good_news_only",
            "leaves_out",
            "leaves_out_days",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others: Any = self.fields["leaves_out"]
        # Its own stories do not run twice in any case.
        others.queryset = Newsletter.objects.exclude(pk=self.instance.newsletter_id)
