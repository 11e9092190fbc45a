"""The desk's page of providers: how each does, its limits, and using it again."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from subscribers.admin import providers
from subscribers.mailing import limit_settings, limits
from subscribers.mailing.allowance import Closed
from subscribers.mailing.limit_settings import BadPlan, Limits
from subscribers.mailing.providers import PROVIDERS
from subscribers.models import ProviderState
from tests.factories import NOW, make_staff

pytestmark = pytest.mark.django_db

LIST = "admin:subscribers_providerstate_changelist"


@pytest.fixture(autouse=True)
def _morning(settings, monkeypatch) -> None:
    settings.EMAIL_PROVIDERS = ["sendgrid", "smtp"]
    monkeypatch.setattr(providers, "database_now", lambda: NOW)


@pytest.fixture
def person():
    return make_staff(is_superuser=True)


@pytest.fixture
def desk(client, person):
    client.force_login(person)
    return client


def _limits_of(name: str) -> str:
    return reverse("admin:subscribers_provider_limits", args=[name])


def _state(name: str = "smtp", **values) -> ProviderState:
    defaults = {"name": name, "day": NOW.date(), "warmup_day": 1}
    return ProviderState.objects.create(**(defaults | values))


def _save(desk, name: str = "smtp", **typed):
    fields = ("mails_per_second", "calls_per_minute", "daily_cap", "warmup_plan")
    return desk.post(_limits_of(name), dict.fromkeys(fields, "") | typed, follow=True)


def test_it_lists_them_in_their_order_open_and_without_limits(desk):
    words = desk.get(reverse(LIST)).text

    assert words.index("sendgrid") < words.index("smtp")
    assert words.count("No limits") == 2
    assert words.count("0 mails today") == 2
    assert not ProviderState.objects.exists(), "looking makes no row"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"closed": "throttled", "not_before": NOW + timedelta(minutes=5), "reason": "Later."},
            ("waits until 06:05:00 UTC", "Later."),
        ),
        (
            {"closed": "breaker", "not_before": NOW, "unknowns_in_a_row": 2, "reason": "Silent."},
            ("a few mails will try it next", "2 calls in a row without an answer", "Silent."),
        ),
        (
            {
                "closed": "unreachable",
                "not_before": NOW,
                "probe_until": NOW + timedelta(seconds=9),
                "unreachable_in_a_row": 3,
            },
            ("a few mails are trying it now", "3 calls in a row that did not reach it"),
        ),
        ({"sent_today": 1, "daily_cap": 1200}, ("1 of 1,200 mails today", "1,200 mails a day")),
        (
            {"sent_today": 40, "warmup_day": 2, "warmup_plan": [50, 1000]},
            ("40 of 1,000 mails today", "Warm-up day 2 of 2: 50, 1,000"),
        ),
        (
            {"day": NOW.date() - timedelta(days=1), "sent_today": 40, "warmup_plan": [50, 100]},
            ("0 of 100 mails today", "Warm-up day 2 of 2"),
        ),
        ({"warmup_day": 9, "warmup_plan": [50]}, ("Warm-up finished after 1 day",)),
        (
            {"mails_per_second": 14.0, "calls_per_minute": 300.5},
            ("At most 14 mails a second, 300.5 calls a minute",),
        ),
    ],
)
def test_it_says_how_each_does(desk, values, said):
    _state(**values)

    words = desk.get(reverse(LIST)).text

    for one in said:
        assert one in words


def test_limits_are_in_force_at_once_and_logged(desk, person):
    _state(sent_today=30)

    said = _save(desk, mails_per_second="14", daily_cap="50", warmup_plan="40, 100").text

    assert "In force for smtp at once." in said
    assert limit_settings.of(ProviderState.objects.get()) == Limits(14.0, None, 50, (40, 100))
    with pytest.raises(Closed):
        limits.reserve(provider=PROVIDERS["smtp"], mails=10, now=NOW)
    later = NOW + timedelta(seconds=3)
    grant = limits.reserve(provider=PROVIDERS["smtp"], mails=100, now=later)
    assert grant.mails == 6, "40 a day less a tenth, less 30"
    entry = LogEntry.objects.get()
    assert entry.user_id == person.pk
    assert entry.object_id == "smtp"
    assert entry.change_message == (
        "Mails a second: none to 14. Mails a day: none to 50. Warm-up plan: none to 40, 100."
    )


def test_a_first_plan_begins_today_however_long_the_provider_was_in_use(desk):
    _state(warmup_day=40, sent_today=7)
    _save(desk, warmup_plan="50 100")
    state = ProviderState.objects.get()
    assert (state.warmup_day, state.sent_today, state.warmup_plan) == (1, 7, [50, 100])

    ProviderState.objects.update(warmup_day=2)
    _save(desk, warmup_plan="50, 200")
    assert ProviderState.objects.get().warmup_day == 2, "one that is changed goes on"


def test_saving_what_is_there_changes_and_logs_nothing(desk):
    _state(daily_cap=10)

    assert "Nothing was changed." in _save(desk, daily_cap="10").text
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"mails_per_second": "0"}, "Give more than 0, or leave it empty for no limit."),
        ({"mails_per_second": "fast"}, "Enter a number."),
        ({"mails_per_second": "nan"}, "Enter a number."),
        ({"calls_per_minute": "0.5"}, "Give 1 or more, or leave it empty for no limit."),
        ({"daily_cap": "0"}, "take it out of EMAIL_PROVIDERS"),
        ({"warmup_plan": "50, many"}, "Give whole numbers with commas between"),
        ({"warmup_plan": "50, -100"}, "Give whole numbers with commas between"),
        ({"warmup_plan": "0, 100"}, "Day 1 is 0; give 1 to"),
        ({"warmup_plan": "50, 20"}, "Day 2 is smaller than the day before."),
        ({"warmup_plan": "9" * 12}, "Day 1 is 999999999999; give 1 to 100,000,000."),
        ({"warmup_plan": "1 " * 400}, "That is 400 days; give at most 366."),
    ],
)
def test_what_cannot_be_is_said_kindly_and_what_was_typed_stays(desk, typed, said):
    page = _save(desk, **typed).text

    assert said in page
    assert next(iter(typed.values())).strip() in page
    assert not ProviderState.objects.exists()


def test_a_plan_is_filled_in_to_look_at_first(desk):
    page = _save(desk, make_plan="1", daily_cap="7000", start="50", factor="2", days="6").text

    assert "50, 100, 200, 400, 800, 1600" in page
    assert 'value="7000"' in page
    assert not ProviderState.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"start": "", "factor": "2", "days": "6"}, "Give a number."),
        ({"start": "50", "factor": "0.5", "days": "6"}, "greater than or equal to 1"),
        ({"start": "1000", "factor": "10", "days": "30"}, "Give fewer days or a smaller factor."),
    ],
)
def test_a_plan_that_cannot_be_made_is_said_kindly(desk, typed, said):
    assert said in _save(desk, make_plan="1", **typed).text


def test_a_made_plan_grows_and_can_be_saved():
    plan = limit_settings.made_plan(start=7, factor=1.1, days=60)

    assert len(plan) == 60
    assert limit_settings.read_plan(", ".join(map(str, plan))) == plan
    with pytest.raises(BadPlan):
        limit_settings.made_plan(start=1, factor=10, days=20)


def test_it_can_be_used_again_at_once(desk, person):
    _state(closed="breaker", not_before=NOW + timedelta(hours=1), unknowns_in_a_row=3, daily_cap=9)
    assert "Use it again now" in desk.get(reverse(LIST)).text

    said = desk.post(reverse("admin:subscribers_provider_use_again", args=["smtp"]), follow=True)

    assert "smtp is used again from now on." in said.text
    assert "Use it again now" not in said.text
    state = ProviderState.objects.get()
    assert (state.closed, state.not_before, state.unknowns_in_a_row) == ("", None, 0)
    assert state.daily_cap == 9
    assert LogEntry.objects.get().user_id == person.pk


def test_looking_changes_nothing(desk):
    again = reverse("admin:subscribers_provider_use_again", args=["smtp"])
    assert desk.get(again).status_code == 405
    assert desk.get(_limits_of("smtp")).status_code == 200
    assert not ProviderState.objects.exists()


def test_a_provider_that_is_not_in_use_has_no_page(desk):
    assert desk.get(_limits_of("outbox")).status_code == 404


def test_who_may_only_look_is_offered_nothing_and_may_do_nothing(client):
    person = make_staff()
    person.user_permissions.add(Permission.objects.get(codename="view_providerstate"))
    client.force_login(person)
    _state(closed="breaker", not_before=NOW + timedelta(hours=1))

    words = client.get(reverse(LIST)).text
    assert "waits until" in words
    assert "Set limits" not in words
    assert "Use it again" not in words
    assert client.get(_limits_of("smtp")).status_code == 403
    again = reverse("admin:subscribers_provider_use_again", args=["smtp"])
    assert client.post(again).status_code == 403
    assert ProviderState.objects.get().closed == "breaker"
