"""Where readers live, and when they want their mail: 38 zones, and half-hours from 5:00 on."""

from django.db import connection

ZONES = (
    *("Pacific/Kiritimati", "Pacific/Tongatapu", "Pacific/Auckland", "Pacific/Noumea"),
    *("Australia/Lord_Howe", "Australia/Sydney", "Australia/Darwin", "Asia/Tokyo"),
    *("Australia/Eucla", "Asia/Shanghai", "Asia/Jakarta", "Asia/Yangon", "Asia/Dhaka"),
    *("Asia/Kathmandu", "Asia/Kolkata", "Asia/Karachi", "Asia/Kabul", "Asia/Dubai"),
    *("Asia/Tehran", "Europe/Moscow", "Africa/Nairobi", "Europe/Athens", "Africa/Johannesburg"),
    *("Europe/Berlin", "Europe/Paris", "Europe/London", "Africa/Casablanca", "Atlantic/Azores"),
    *("Atlantic/South_Georgia", "America/Sao_Paulo", "America/St_Johns", "America/Halifax"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/Anchorage", "Pacific/Pago_Pago"),
)
# 5:00, 5:30 ... 22:30.
_HOURS = 36


def scatter() -> None:
    """Readers evenly over the zones."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE zones (number int PRIMARY KEY, name text)")
        cursor.executemany("INSERT INTO zones VALUES (%s, %s)", list(enumerate(ZONES)))
        # By a prime, so that neighbours in the table live in no order.
        cursor.execute(
            "UPDATE subscribers_subscriber SET time_zone = (SELECT name FROM zones"
            f" WHERE number = subscribers_subscriber.id * 7919 / 13 % {len(ZONES)})"
        )
        cursor.execute("DROP TABLE zones")


def choose_hours() -> None:
    """Every other reader at an hour of his own."""
    minutes = f"(300 + subscriber_id * 104729 / 17 % {_HOURS} * 30)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE subscribers_subscription SET own_time = {_as_time(minutes)}"
            " WHERE subscriber_id % 2 = 0"
        )


def _as_time(minutes: str) -> str:
    if connection.vendor == "postgresql":
        return f"(time '00:00' + {minutes} * interval '1 minute')"
    return f"printf('%02d:%02d:00', {minutes} / 60, {minutes} % 60)"
