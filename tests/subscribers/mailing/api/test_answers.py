"""What each provider's words mean: for the call, and for single readers."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.api import calls
from subscribers.mailing.providers import PROVIDERS
from tests.subscribers.mailing.api.conftest import TOKEN, Desk, make_mailing, make_recipients
from tests.subscribers.mailing.api.singles import postmark as read_postmark

ONE, TWO = "reader1@mail.example", "reader2@mail.example"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Kind.ACCOUNT),
        (402, Kind.ACCOUNT),
        (403, Kind.ACCOUNT),
        (429, Kind.THROTTLED),
        (302, Kind.REFUSED),
        (400, Kind.REFUSED),
        (413, Kind.REFUSED),
        (408, Kind.UNKNOWN),
        (500, Kind.UNKNOWN),
        (502, Kind.UNKNOWN),
        (504, Kind.UNKNOWN),
    ],
)
def test_a_status_means_the_same_everywhere(desk: Desk, status: int, kind: Kind):
    desk.server.say = lambda _call: (status, '{"message": "for nobody@daymark.example"}')

    answer = desk.send_one()

    assert answer.kind is kind
    assert not answer.failed
    assert not answer.retry
    assert str(status) in answer.detail
    assert "@" not in answer.detail


def test_503_is_asked_again_only_where_that_is_documented(desk: Desk):
    desk.server.say = lambda _call: (503, "upstream")

    documented = 503 in desk.provider.not_accepted

    assert desk.send_one().kind is (Kind.NOT_ACCEPTED if documented else Kind.UNKNOWN)


@pytest.mark.parametrize("seconds", ["120", "a date"])
def test_it_says_how_long_to_wait(desk: Desk, seconds: str):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    desk.server.headers = {"Retry-After": later if seconds == "a date" else seconds}
    desk.server.say = lambda _call: (429, "slowly")

    answer = desk.send_one()

    assert answer.kind is Kind.THROTTLED
    assert answer.retry_after == pytest.approx(120, abs=20)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "<html>Welcome", '{"id": ', '"yes"'])
def test_a_yes_that_cannot_be_read_is_unknown(desk: Desk, body: str):
    desk.server.headers = {}
    desk.server.say = lambda _call: (200, body)

    # SendGrid's yes has no words.
    expected = Kind.ACCEPTED if desk.provider.name == "sendgrid" else Kind.UNKNOWN
    assert desk.send_one().kind is expected


def test_a_refusal_that_names_a_reader_is_his_alone(merging_desk: Desk):
    merging_desk.server.say = lambda _call: (400, json.dumps({"message": f"bad: '{TWO.upper()}'."}))

    answer = merging_desk.send_one(make_recipients(3))

    assert answer.kind is Kind.REFUSED
    assert answer.failed.keys() == {2}
    assert "@" not in answer.failed[2].detail


def test_a_refusal_that_repeats_the_request_names_nobody(merging_desk: Desk):
    merging_desk.server.say = lambda _call: (400, json.dumps({"to": [ONE, TWO]}))

    answer = merging_desk.send_one()

    assert answer.kind is Kind.REFUSED
    assert not answer.failed


def test_sendgrid_points_at_a_reader_by_his_place(open_desk):
    desk = open_desk("sendgrid")
    error = {"message": "Does not contain a valid address.", "field": "personalizations.1.to.0"}
    desk.server.say = lambda _call: (400, json.dumps({"errors": [error]}))

    answer = desk.send_one(make_recipients(3))

    assert answer.failed.keys() == {2}
    assert answer.failed[2].detail == "Does not contain a valid address."


ERRORS = {
    "brevo": (400, {"code": "invalid_parameter", "message": "email is not valid in to"}),
    "mailersend": (422, {"message": "Bad.", "errors": {"to.0.email": ["must be valid"]}}),
    "mailjet": (400, {"Messages": [{"Errors": [{"ErrorRelatedTo": ["To[0].Email"]}]}]}),
    "mailtrap": (400, {"success": False, "errors": ["'to' address is invalid"]}),
    "mandrill": (200, [{"email": ONE, "status": "invalid", "_id": "1"}]),
    "postal": (200, {"status": "parameter-error", "data": {"message": f"{ONE} is wrong"}}),
    "resend": (422, {"name": "validation_error", "message": "Invalid `to` field."}),
    "scaleway": (400, {"details": [{"argument_name": "to.0.email"}]}),
    "unisender_go": (400, {"status": "error", "code": 204, "failed_emails": {ONE: "invalid"}}),
}
FAULTS = {
    "brevo": (400, {"code": "invalid_parameter", "message": "sender is not valid"}),
    "mailersend": (422, {"message": "Bad.", "errors": {"from.email": ["must be verified"]}}),
    "mailjet": (400, {"Messages": [{"Errors": [{"ErrorRelatedTo": ["From"]}]}]}),
    "mailtrap": (400, {"success": False, "errors": ["'from' is required"]}),
    "mandrill": (500, {"status": "error", "name": "ValidationError", "message": f"to: {ONE}"}),
    "postal": (200, {"status": "error", "data": {"code": "FromAddressMissing"}}),
    "resend": (422, {"name": "validation_error", "message": "Invalid `from` field."}),
    "scaleway": (400, {"details": [{"argument_name": "from.email"}]}),
    "unisender_go": (400, {"status": "error", "code": 150, "message": "from is missing"}),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_call_for_one_reader_says_whether_it_was_he(open_desk, name: str):
    desk = open_desk(name)
    desk.server.headers = {}

    desk.server.say = lambda _call: (ERRORS[name][0], json.dumps(ERRORS[name][1]))
    answer = desk.send_one()
    assert (answer.kind, answer.failed.keys()) == (Kind.REFUSED, {1})

    desk.server.say = lambda _call: (FAULTS[name][0], json.dumps(FAULTS[name][1]))
    answer = desk.send_one()
    assert (answer.kind, answer.failed) == (Kind.REFUSED, {})


@pytest.mark.parametrize(
    ("name", "status", "said", "kind"),
    [
        ("mandrill", 500, {"status": "error", "name": "Invalid_Key"}, Kind.ACCOUNT),
        ("mandrill", 500, {"status": "error", "name": "GeneralError"}, Kind.UNKNOWN),
        ("mandrill", 200, [{"status": "rejected", "reject_reason": "unsigned"}], Kind.ACCOUNT),
        ("mailgun", 404, {"message": "Domain not found: daymark.example"}, Kind.ACCOUNT),
        ("mailgun", 200, {"id": "1", "message": "Mailgun Magnificent API"}, Kind.UNKNOWN),
        ("postal", 200, {"status": "error", "data": {"code": "AccessDenied"}}, Kind.ACCOUNT),
        ("postmark", 422, {"ErrorCode": 412, "Message": "pending approval"}, Kind.ACCOUNT),
        ("postmark", 200, {"ErrorCode": 300, "Message": "Invalid"}, Kind.UNKNOWN),
        ("sparkpost", 420, {"errors": [{"message": "Exceed Sending Limit"}]}, Kind.THROTTLED),
        ("resend", 409, {"name": "invalid_idempotent_request"}, Kind.UNKNOWN),
        ("resend", 409, {"name": "concurrent_idempotent_requests"}, Kind.UNKNOWN),
        ("brevo", 400, {"code": "duplicate_request"}, Kind.UNKNOWN),
        ("mailersend", 202, {"warnings": [{"type": "ALL_SUPPRESSED"}]}, Kind.REFUSED),
        ("unisender_go", 200, {"status": "success", "emails": []}, Kind.UNKNOWN),
    ],
)
def test_words_of_one_provider(open_desk, name: str, status: int, said: Any, kind: Kind):
    desk = open_desk(name)
    desk.server.headers = {}
    desk.server.say = lambda _call: (status, json.dumps(said))

    assert desk.send_one().kind is kind


def test_a_mailbox_that_does_not_exist_is_suppressed_where_the_provider_says_so(open_desk):
    desk = open_desk("mandrill")
    rejected = [{"email": ONE, "status": "rejected", "reject_reason": "hard-bounce", "_id": "1"}]
    desk.server.say = lambda _call: (200, json.dumps(rejected))

    assert desk.send_one().failed[1].suppress

    rejected[0]["reject_reason"] = "spam"
    assert not desk.send_one().failed[1].suppress


def test_unisender_knows_a_refusal_for_now(open_desk):
    desk = open_desk("unisender_go")
    said = {"status": "success", "emails": [], "failed_emails": {ONE: "temporary_unavailable"}}
    desk.server.say = lambda _call: (200, json.dumps(said))

    answer = desk.send_one()

    assert answer.retry.keys() == {1}
    assert not answer.failed


def ses(*statuses: str):
    results = [{"Status": status, "Error": f"about {ONE}"} for status in statuses]
    return lambda _call: (200, json.dumps({"BulkEmailEntryResults": results}))


def test_ses_answers_for_each_reader(open_desk):
    desk = open_desk("amazon_ses")
    desk.server.say = ses("SUCCESS", "MESSAGE_REJECTED", "TRANSIENT_FAILURE", "ACCOUNT_THROTTLED")

    answer = desk.send_one(make_recipients(4))

    assert answer.kind is Kind.ACCEPTED
    assert answer.failed.keys() == {2}
    assert answer.retry.keys() == {3, 4}
    assert "@" not in answer.failed[2].detail


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        (["ACCOUNT_SUSPENDED", "ACCOUNT_SUSPENDED"], Kind.ACCOUNT),
        (["MAIL_FROM_DOMAIN_NOT_VERIFIED"], Kind.ACCOUNT),
        (["ACCOUNT_DAILY_QUOTA_EXCEEDED", "ACCOUNT_THROTTLED"], Kind.THROTTLED),
        (["TRANSIENT_FAILURE", "TRANSIENT_FAILURE"], Kind.NOT_ACCEPTED),
        (["INVALID_PARAMETER", "INVALID_PARAMETER"], Kind.REFUSED),
        (["SUCCESS"], Kind.UNKNOWN),
    ],
)
def test_ses_took_nobody(open_desk, statuses: list[str], kind: Kind):
    desk = open_desk("amazon_ses")
    desk.server.say = ses(*statuses)
    # One answer for two readers cannot be read.
    readers = 2 if statuses == ["SUCCESS"] else len(statuses)

    answer = desk.send_one(make_recipients(readers))

    assert answer.kind is kind
    assert not answer.failed


def test_ses_has_names_for_its_errors(open_desk):
    desk = open_desk("amazon_ses")
    desk.server.say = lambda _call: (400, "{}")
    for name, kind in {
        "AccountSuspendedException": Kind.ACCOUNT,
        "TooManyRequestsException:http://internal.amazon.com/": Kind.THROTTLED,
        "MessageRejected": Kind.REFUSED,
    }.items():
        desk.server.headers = {"x-amzn-ErrorType": name}
        assert desk.send_one().kind is kind


def sparkpost(taken: int, rejected: int, *errors: str):
    results = {
        "id": "1",
        "total_accepted_recipients": taken,
        "total_rejected_recipients": rejected,
        "rcpt_to_errors": [{"message": error} for error in errors],
    }
    return lambda _call: (200, json.dumps({"results": results}))


def test_sparkpost_may_take_some(open_desk):
    desk = open_desk("sparkpost")

    desk.server.say = sparkpost(2, 1, f"invalid: {TWO}")
    answer = desk.send_one(make_recipients(3))
    assert (answer.kind, answer.failed.keys()) == (Kind.ACCEPTED, {2})

    desk.server.say = sparkpost(2, 1)
    assert desk.send_one(make_recipients(3)).kind is Kind.UNKNOWN

    desk.server.say = sparkpost(2, 0)
    assert desk.send_one(make_recipients(3)).kind is Kind.UNKNOWN


def test_a_mail_that_a_person_waits_for_takes_postmarks_fast_way(open_desk):
    desk = open_desk("postmark")
    desk.server.say = lambda _call: (200, '{"ErrorCode": 0, "Message": "OK", "MessageID": "1"}')

    def send():
        return calls.send(
            provider=PROVIDERS["postmark"],
            mailing=make_mailing(),
            recipients=make_recipients(1),
            token=TOKEN,
            alone=True,
        )

    assert send().kind is Kind.ACCEPTED
    (mail,) = read_postmark(desk.server.calls[0])
    assert mail.to == [ONE]
    assert "Good morning" in mail.text

    for code, words in ((406, "Found inactive addresses"), (300, "Invalid 'To' address.")):
        said = json.dumps({"ErrorCode": code, "Message": words})
        desk.server.say = lambda _call, said=said: (422, said)
        assert send().failed.keys() == {1}

    desk.server.say = lambda _call: (422, '{"ErrorCode": 300, "Message": "Invalid \'From\'."}')
    assert send().kind is Kind.REFUSED
    assert not send().failed
