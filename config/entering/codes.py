"""The second step of logging in: a code of an app on a phone (TOTP, RFC 6238), or a recovery code.

Of recovery codes only a keyed hash is kept. The secret of the app has to be kept as it is, for the
service makes the same codes from it. After each wrong code the next one waits twice as long.
"""

import hashlib
import hmac
import secrets
from base64 import b32encode
from datetime import datetime

import django_otp
import segno
from django.conf import settings
from django.db import transaction
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.models import StaffUser
from subscribers.models import StaffAct
from subscribers.staff import acts

RECOVERY_CODES = 10
# Without what is taken for something else: 0 and o, 1 and l and i.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(Exception):
    """It is not the code of this moment, or was used already."""

    def __init__(self) -> None:
        super().__init__(
            "That is not the code of this moment. Each works once: wait for the next one."
        )


class TooManyTries(Exception):
    """After wrong codes the next one has to wait."""

    def __init__(self) -> None:
        super().__init__("That was a wrong code too many. Wait a little, then try again.")


def is_on(*, person: StaffUser) -> bool:
    """Whether this account needs a code to log in."""
    return bool(TOTPDevice.objects.filter(user=person, confirmed=True).exists())


def begun(*, person: StaffUser) -> TOTPDevice | None:
    """The app that waits for its first code."""
    return TOTPDevice.objects.filter(user=person, confirmed=False).first()


@transaction.atomic
def begin(*, person: StaffUser) -> None:
    """Make a new secret, which counts once `confirm` had a code of it. Not while codes are on."""
    StaffUser.objects.select_for_update().get(pk=person.pk)
    TOTPDevice.objects.filter(user=person, confirmed=False).delete()
    if not is_on(person=person):
        TOTPDevice.objects.create(user=person, confirmed=False, name="app")


def confirm(*, person: StaffUser, typed: str) -> tuple[Device, list[str]]:
    """Switch codes on with the first one; the app, and recovery codes to show once.

    Raises WrongCode, TooManyTries.
    """
    device = _verified(begun(person=person), person, plain(typed))
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=device.pk).update(confirmed=True)
        device.confirmed = True
        return device, new_recovery_codes(person=person)


def check(*, person: StaffUser, typed: str) -> Device:
    """What accepted a code of the app, or a recovery code, which is used up then.

    Raises WrongCode, TooManyTries.
    """
    code = plain(typed)
    if code.isdecimal() and len(code) == 6:
        return _verified(
            TOTPDevice.objects.filter(user=person, confirmed=True).first(), person, code
        )
    return _verified(
        StaticDevice.objects.filter(user=person).first(), person, _hashed(person, code)
    )


@transaction.atomic
def new_recovery_codes(*, person: StaffUser) -> list[str]:
    """Ten new ones, to be shown once; older ones are worth nothing from now on."""
    StaffUser.objects.select_for_update().get(pk=person.pk)
    device, _ = StaticDevice.objects.get_or_create(user=person, defaults={"name": "recovery"})
    device.token_set.all().delete()
    codes = [_random() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_hashed(person, plain(code))) for code in codes
    )
    return codes


def recovery_left(*, person: StaffUser) -> int:
    """How many recovery codes were not used yet."""
    return int(StaticToken.objects.filter(device__user=person).count())


@transaction.atomic
def switch_off(*, person: StaffUser, by: StaffUser | None, now: datetime) -> bool:
    """Let an account log in without codes; False when it did already. On record.

    `by` is the person himself, an administrator, or None for a command on the server.
    """
    was_on = is_on(person=person)
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    if was_on:
        acts.record(
            act=StaffAct.Act.RIGHTS,
            by=by,
            about=f"account {person.get_username()}",
            target=person,
            detail="Logs in without a code from now on.",
            now=now,
        )
    return was_on


def secret(device: TOTPDevice) -> str:
    """The secret to type into an app that cannot read the picture, in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture(device: TOTPDevice) -> str:
    """The secret as a QR code, an SVG of our own making: nobody else is asked for it."""
    return str(
        segno.make(device.config_url, micro=False).svg_inline(
            scale=5, border=3, dark="#15202B", light="#FFFFFF", svgclass="desk-qr", lineclass=None
        )
    )


def plain(typed: str) -> str:
    """What was typed, as it is compared: without spaces and hyphens."""
    return "".join(typed.lower().replace("-", "").split())


def _verified(device: Device | None, person: StaffUser, code: str) -> Device:
    if device is None:
        raise WrongCode
    is_allowed, _ = device.verify_is_allowed()
    if not is_allowed:
        raise TooManyTries
    # In a transaction of its own: a wrong one counts, whatever becomes of the request.
    found = django_otp.verify_token(person, device.persistent_id, code)
    if found is None:
        raise WrongCode
    return found


def _random() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _hashed(person: StaffUser, code: str) -> str:
    """80 bits, which is what django-otp has room for; the key stands in no database."""
    words = f"recovery code of account {person.pk}: {code}"
    digest = hmac.new(settings.HASH_KEY.encode(), words.encode(), hashlib.sha256).digest()
    return b32encode(digest)[:16].decode()
