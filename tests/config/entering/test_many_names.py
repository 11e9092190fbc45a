"""A place that tries name after name has to wait, whatever the name."""

import pytest

from config.models import StaffUser
from subscribers.abuse import ratelimit
from tests.config.entering.test_lockout import ELSEWHERE, OFFICE, _fresh_counter, ines, log_in

__all__ = ["_fresh_counter", "ines"]
pytestmark = pytest.mark.django_db
FEW = 3


@pytest.fixture(autouse=True)
def _few(_fresh_counter: None, monkeypatch: pytest.MonkeyPatch, time_machine) -> None:
    monkeypatch.setattr(ratelimit, "MOST_FAILED_LOG_INS", FEW)
    time_machine.move_to("2026-11-24T06:20:00Z", tick=False)


def try_names(at: str = OFFICE) -> None:
    for number in range(FEW):
        assert log_in("wrong", name=f"name-{number}", at=at).status_code == 200


def test_it_waits_until_the_hour_is_over_and_nobody_else_does(
    ines: StaffUser, time_machine
) -> None:
    try_names()
    answer = log_in()
    assert answer.status_code == 429
    assert "From here nobody can log in for 40 minutes." in answer.text
    assert answer["Retry-After"] == "2400"
    assert log_in(at=ELSEWHERE).status_code == 302
    time_machine.move_to("2026-11-24T07:00:01Z", tick=False)
    assert log_in().status_code == 302


def test_an_ipv6_customer_is_one_place(ines: StaffUser) -> None:
    try_names(at="2001:db8:1:2::5")
    assert log_in(at="2001:db8:1:ffff::5").status_code == 429
    assert log_in(at="2001:db8:2:2::5").status_code == 302


def test_who_gets_it_right_is_not_counted(ines: StaffUser) -> None:
    for _ in range(FEW + 1):
        assert log_in().status_code == 302


def test_redis_away_keeps_nobody_out(ines: StaffUser, settings, tmp_path) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody-listens.sock",
        }
    }
    assert log_in("wrong").status_code == 200
    assert log_in().status_code == 302


def test_no_address_gets_into_the_cache(ines: StaffUser, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(
        ratelimit, "count_failed_log_in", lambda *, place, now: counted.append(place)
    )
    log_in("wrong")
    assert len(counted) == 1
    assert OFFICE not in counted[0]
