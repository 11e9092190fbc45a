"""The broker: whether it answers, and keeps what it is given."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError, ResponseError

from config.doctor.findings import failed, not_looked, ok, warning
from config.watching.asking import impatient_client
from config.watching.readiness import Check
from subscribers.mailing.errors import scrub

SECONDS = 3.0
# Of maxmemory; beyond it Redis refuses to take more.
FULL = 0.9


def look() -> Iterator[Check]:
    """Everything about it, over a connection of its own."""
    if not settings.REDIS_URL:
        yield failed("connection", "REDIS_URL is missing", "Set it to redis://host:6379/0.")
        return
    client = impatient_client(seconds=SECONDS)
    try:
        client.ping()
        yield from _of(client.info(), _snapshots(client))
    except (RedisError, OSError) as error:
        yield failed(
            "connection",
            scrub(str(error) or type(error).__name__),
            "Look at REDIS_URL, and whether its server runs. Mail waits meanwhile, none is lost.",
        )
    finally:
        client.close()


def _of(info: Mapping[str, Any], snapshots: bool | None) -> Iterator[Check]:  # noqa: FBT001
    name = "Valkey" if "valkey_version" in info else "Redis"
    version = info.get("valkey_version") or info.get("redis_version", "of unknown version")
    if info.get("role", "master") != "master":
        yield failed(
            "connection",
            f"{name} {version} answers, as a replica that takes no writes",
            "Let REDIS_URL lead to the primary.",
        )
    else:
        yield ok("connection", f"{name} {version} answers")
    yield _eviction(info)
    yield _memory(info)
    yield _persistence(info, snapshots)


def _eviction(info: Mapping[str, Any]) -> Check:
    policy = str(info.get("maxmemory_policy", "not told"))
    if policy == "noeviction":
        return ok("maxmemory-policy", policy)
    if policy == "not told":
        return not_looked("maxmemory-policy", "the server does not tell")
    return failed(
        "maxmemory-policy",
        f"{policy}: when memory runs short, wake-ups and clicks are thrown away",
        "Set maxmemory-policy noeviction, in its configuration file too.",
    )


def _memory(info: Mapping[str, Any]) -> Check:
    used, most = int(info.get("used_memory", 0)), int(info.get("maxmemory", 0))
    if most and used > FULL * most:
        return warning(
            "memory",
            f"{_mb(used)} of {_mb(most)} in use",
            "Raise maxmemory: at the limit nothing more is taken.",
        )
    return ok("memory", f"{_mb(used)} in use, {f'of {_mb(most)}' if most else 'without a limit'}")


def _persistence(info: Mapping[str, Any], snapshots: bool | None) -> Check:  # noqa: FBT001
    states = ("aof_last_write_status", "rdb_last_bgsave_status")
    if any(info.get(state, "ok") != "ok" for state in states):
        return failed(
            "persistence",
            "the last attempt to write to its disk did not work",
            "Look at its log and the room on its disk: it may refuse to take anything.",
        )
    if int(info.get("aof_enabled", 0)):
        return ok("persistence", "each change is written down (appendonly)")
    if snapshots is None:
        return not_looked("persistence", "the server does not tell; appendonly is off")
    if snapshots:
        return ok("persistence", "by snapshots: clicks since the last one go with its process")
    return warning(
        "persistence",
        "none: clicks of the last seconds go with its process; mail only waits a minute",
        "Set appendonly yes.",
    )


def _snapshots(client: Any) -> bool | None:
    """Whether it saves from time to time; None where CONFIG is forbidden, as with most hosts."""
    try:
        return bool(client.config_get("save").get("save"))
    except ResponseError:
        return None


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"
