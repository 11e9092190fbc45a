"""The form of a new mail: for which newsletter and day, and at which time if not the usual one."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from newsletter.admin.mails import usual_mail
from newsletter.admin.mails.chosen_time import chosen_in
from newsletter.admin.mails.usual_mail import UsualMail
from newsletter.admin.mails.who import EACH, said, who_field
from newsletter.content.days import UNLIKELY, is_likely
from newsletter.digests.assembly import rule_of
from newsletter.digests.naming import OCCURRENCE
from newsletter.models import Schedule
from newsletter.scheduling.chosen import Chosen
from subscribers.models import Newsletter
from subscribers.moments import moment_in_words

BY_RULES, EMPTY, WEEKLY = "rules", "empty", "weekly"
STARTS = (
    (BY_RULES, "Stories, by the newsletter's rules"),
    (EMPTY, "Nothing yet"),
    (WEEKLY, "What it ran this week, for readers who get it once a week"),
)
NOT_WEEKLY = "{name} does not come once a week; its schedule says whether it does."
ITS_OWN_TIME = "The one of the week has a time of its own. Leave the time empty."
BESIDE, INSTEAD = "beside", "instead"


def _offered_weekly() -> bool:
    return Schedule.objects.filter(weekly_day__isnull=False).exists()


class NewsletterField(forms.ModelChoiceField[Newsletter]):
    """Its choices say in which zone their times are."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} · {obj.time_zone}"


class NewMailForm(forms.Form):
    """What somebody wants; `is_to_look_over` until he was told what would surprise him."""

    newsletter = NewsletterField(
        Newsletter.objects.all(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    day = forms.DateField(
        label="Day",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="The date that stands in it and in its address.",
    )
    time = forms.TimeField(
        label="Time, if not the usual one",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "time"}),
        help_text="By the newsletter's own clock, in the zone beside its name.",
    )
    start = forms.ChoiceField(
        label="What is in it",
        choices=lambda: STARTS if _offered_weekly() else STARTS[:2],
        required=False,
        widget=forms.RadioSelect,
    )
    who = who_field()
    place = forms.ChoiceField(
        label="The usual mail",
        choices=((BESIDE, "Goes as well"), (INSTEAD, "This one takes its place")),
        required=False,
        widget=forms.RadioSelect,
    )
    # For what he was told already: said of another day or time, it is told again.
    told = forms.CharField(required=False, widget=forms.HiddenInput)
    occurrence = forms.RegexField(OCCURRENCE, required=False, widget=forms.HiddenInput)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not is_likely(day, now=timezone.now()):
            raise forms.ValidationError(UNLIKELY)
        return day

    def clean(self) -> dict[str, Any]:
        """An occurrence is one of the day; somebody who chose another day wants another mail."""
        data = super().clean() or {}
        if not data.get("occurrence", "").startswith(str(data.get("day"))):
            data["occurrence"] = ""
        if self.is_weekly and data.get("newsletter"):
            self._check_weekly(data["newsletter"])
        elif data.get("time") and data.get("day") and data.get("newsletter"):
            data["chosen"] = chosen_in(
                self,
                data,
                newsletter=data["newsletter"],
                by_reader=self.may_go_in_waves and self._who() == EACH,
                else_="Or leave it empty, and send it by hand.",
            )
        return data

    def _check_weekly(self, newsletter: Newsletter) -> None:
        if rule_of(newsletter).weekly_day is None:
            self.add_error("start", NOT_WEEKLY.format(name=newsletter))
        if self.cleaned_data.get("time"):
            self.add_error("time", ITS_OWN_TIME)

    @property
    def is_weekly(self) -> bool:
        """Whether it is for who gets one a week; the board says so by the name."""
        is_named = "-week" in self.cleaned_data.get("occurrence", "")
        return is_named or self.cleaned_data.get("start") == WEEKLY

    @property
    def chosen(self) -> Chosen | None:
        """The time of its own that it gets; None: the usual one, or none."""
        found: Chosen | None = self.cleaned_data.get("chosen")
        return found

    @property
    def is_empty(self) -> bool:
        """Whether no rule fills it."""
        return bool(self.cleaned_data.get("start") == EMPTY)

    @property
    def is_instead(self) -> bool:
        """Whether it takes the place of the day's usual mail."""
        return bool(self.cleaned_data.get("place") == INSTEAD)

    @property
    def may_go_in_waves(self) -> bool:
        """Whether the newsletter goes by each reader's clock."""
        return rule_of(self.cleaned_data["newsletter"]).by_reader

    @property
    def usual(self) -> UsualMail | None:
        """The usual mail of the day, if it is still to come."""
        data = self.cleaned_data
        return usual_mail.of(data["newsletter"], data["day"], timezone.now())

    @property
    def is_to_look_over(self) -> bool:
        """Whether its time has something to be told or chosen that he did not see yet."""
        if self.chosen is None or self.cleaned_data["told"] == self.fingerprint:
            return False
        return bool(self.chosen.remarks or self.may_go_in_waves or self.usual)

    @property
    def fingerprint(self) -> str:
        """Of what decides about that."""
        data = self.cleaned_data
        return f"{data['newsletter'].pk} {data['day']} {data['time']}"

    def look_over(self) -> dict[str, Any]:
        """Ask for the rest, with what is usual chosen; what the page says beside it."""
        assert self.chosen is not None  # noqa: S101  (asked for only with a time)
        usual, chosen = self.usual, self.chosen
        posted: Any = self.data
        filled = posted.copy()
        filled["told"] = self.fingerprint
        filled.setdefault("place", BESIDE)
        filled.setdefault("who", self._who())
        self.data = filled
        return {
            "goes": self._moment(chosen.own_time),
            "approve_by": self._moment(chosen.approve_by) if chosen.waves else "",
            "remarks": chosen.remarks,
            "usual": usual,
            "asks_place": usual is not None and usual.digest is None,
            "asks_who": self.may_go_in_waves,
        }

    def _moment(self, at: datetime) -> str:
        zone = self.cleaned_data["newsletter"].zone
        return moment_in_words(at=at, now=timezone.now(), zone=zone)

    def _who(self) -> str:
        """As said; else as the newsletter's mails go."""
        return self.cleaned_data.get("who") or said(in_waves=self.may_go_in_waves)
