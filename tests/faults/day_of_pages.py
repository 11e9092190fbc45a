"""What comes to the pages of a day (`day`): readers, strangers, staff and a provider's reports."""

import requests
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from subscribers import suppression, tokens
from subscribers.models import Newsletter
from tests.factories import make_reader, make_staff
from tests.faults import day as days
from tests.faults.day import REFUSED, Day, Site, address
from tests.newsletter.tracking import payloads
from tests.sign_up_forms import filled_in

PASSWORD = "a-password-of-staff"


def readers_come(site: Site, newsletter: Newsletter, name: str) -> None:
    """New ones, twice, one who must not be mailed, and hostile ones."""

    def sign_up(to: str) -> None:
        fields = filled_in(email=to, newsletters=newsletter.slug)
        requests.post(f"{site.url}/subscribe/", data=fields, timeout=20)

    gone = address(f"{name}-suppressed")
    suppression.suppress(
        address_hashes=[suppression.address_hash(gone)],
        reason="complaint",
        detail="",
        now=timezone.now(),
    )
    once = address(f"{name}-new")
    hostile = [
        f"{once}\r\nBcc: {once}",
        f"<script>{once}",
        f'"zoe quill"@{days.DOMAIN}',
        "zoe.quill@quill",
    ]
    for to in (once, once, gone, REFUSED, *hostile, f"zoe.quill.{'x' * 400}@{days.DOMAIN}"):
        sign_up(to)


def readers_follow_links(day: Day, site: Site, newsletter: Newsletter, name: str) -> None:
    """Each kind of link, right and nearly right."""
    reader, now = make_reader(newsletter, address=address(f"{name}-old")), timezone.now()
    pages = {
        "confirm": tokens.confirm_token(subscriber_id=reader.pk, issued_at=now),
        "preferences": tokens.preferences_token(subscriber_id=reader.pk, issued_at=now),
        "new-address": tokens.new_address_token(subscriber_id=reader.pk, row_id=7),
        "your-data": tokens.fresh_token(subscriber_id=reader.pk, row_id=7),
    }
    for page, token in pages.items():
        site.post(f"/{page}/{token}/", action="save", email=address(f"{name}-other"))
    site.post(f"/preferences/{pages['preferences']}/", action="data")
    left = tokens.unsubscribe_token(subscriber_id=reader.pk, newsletter_id=newsletter.pk)
    one_click = {"List-Unsubscribe": "One-Click"}
    requests.post(f"{site.url}/unsubscribe/{left}/", data=one_click, timeout=20)
    site.post(f"/unsubscribe/{left}/")
    day.tokens += [*pages.values(), left]
    for page, token in (pages | {"unsubscribe": left, "c": "3.abc"}).items():
        # Nearly right, so that it is looked up and not found.
        for path in (f"/{page}/{token}x/", f"/{page}/{token}", f"/nowhere/{page}/{token}/"):
            site.get(path)


def strangers_knock(site: Site) -> None:
    """Addresses in paths, queries and headers, and more than a page takes."""
    who = address("stranger")
    for path in (f"/nowhere/{who}/", f"/articles/{who}/", "/nowhere/zoe.quill%40quillmail.example"):
        site.get(path)
        site.get("/", params={"email": who}, headers={"User-Agent": who, "Referer": f"x?{who}"})
        requests.post(site.url + path, data={"email": who}, timeout=20)
    requests.get(site.url, headers={"Host": "zoe.quill.example", "X-Request-ID": who}, timeout=20)
    requests.post(f"{site.url}/subscribe/", data=b"email=" + b"zoe.quill" * 200_000, timeout=20)


def staff_work(site: Site, name: str) -> None:
    """Log in, at last, and look for a reader."""
    staff = make_staff(
        username=address(f"{name}-staff"), is_superuser=True, password=make_password(PASSWORD)
    )
    for _ in range(3):
        site.post("/admin/login/", username=address(f"{name}-nobody"), password="zoe.quill")
    desk = requests.Session()
    desk.get(f"{site.url}/admin/login/", timeout=20)
    form = {"csrfmiddlewaretoken": desk.cookies["csrftoken"], "username": staff.username}
    referer = {"Referer": site.url}
    desk.post(
        f"{site.url}/admin/login/", data=form | {"password": PASSWORD}, headers=referer, timeout=20
    )
    search = f"{site.url}/admin/subscribers/subscriber/"
    found = desk.get(search, params={"q": address(f"{name}-old")}, timeout=20)
    assert found.status_code == 200
    desk.get(f"{search}{address('nobody')}/change/", timeout=20)
    desk.get(f"{site.url}/admin/{address('nobody')}/", timeout=20)


def reports_come_in(site: Site, name: str) -> None:
    """A provider's, and what is none, with addresses where nobody looks for them."""
    who = address(f"{name}-new")
    good = payloads.sendgrid("hard", who, {"subscriber": "1", "digest": "1"})
    odd = [
        good | {"email": [who], "event": {"email": who}},
        good | {"timestamp": who},
        good | {"subscriber": who, "digest": who, "batch": who},
        good | {"event": who, "sg_event_id": who, who: who},
    ]
    url = f"{site.url}/anymail/sendgrid/tracking/"
    for body in ([good], *([one] for one in odd), {"email": who}, [who]):
        requests.post(url, json=body, headers=payloads.password(), timeout=20)
    broken = f'[{{"email": "{who}", '.encode()
    requests.post(url, data=broken, headers=payloads.password(), timeout=20)
    requests.post(url, json=[good], headers=payloads.password(f"{who}:wrong"), timeout=20)
    requests.post(f"{site.url}/anymail/{who}/tracking/", json=[good], timeout=20)
