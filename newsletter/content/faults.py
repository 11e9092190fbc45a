"""What can go wrong in a fetch, each in a sentence for staff."""

import httpx

NOT_MODIFIED = 304


class FetchError(Exception):
    """Why nothing came, in one sentence for staff. `temporary`: worth another try later.

    `status` is what the server answered, None when it did not.
    """

    def __init__(self, message: str, *, temporary: bool = False, status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.temporary = temporary
        self.status = status


def check_status(host: str, status: int) -> None:
    """Raise FetchError for a status that is neither a success nor "not modified"."""
    if status == NOT_MODIFIED or 200 <= status < 300:
        return
    said = {
        401: "does not let us read this without a password",
        403: "does not let us read this",
        404: "has nothing at this address",
        410: "says that this is gone for good",
        429: "asks us to come less often",
    }.get(status, "has a fault of its own" if status >= 500 else "refused the request")
    temporary = status in {408, 429} or status >= 500
    raise FetchError(f"{host} {said} ({status}).", temporary=temporary, status=status)


def unreachable(host: str, fault: httpx.ConnectError) -> FetchError:
    """Why no connection came about: certificate, encryption, or nobody there."""
    if "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return FetchError(f"We did not trust {host}: its certificate is not valid for that name.")
    if "SSL" in str(fault) or "TLS" in str(fault):
        return FetchError(f"We could not make a secure connection to {host}.", temporary=True)
    return FetchError(f"We could not reach {host}: it does not accept connections.", temporary=True)
