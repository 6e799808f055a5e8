"""What is an address: of mail, or of a web hook that may be told anything."""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_MAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def mail_fault(address: str) -> str | None:
    """Return why no mail can be sent to `address`; None where it can."""
    return None if _MAIL.fullmatch(address) else "is no address of mail"


def web_fault(address: str) -> str | None:
    """Return why nothing may be sent to `address`; None where it may."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no web address"
    if host is None or parts.fragment:
        return "is no web address"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or a password, which belong in no directory"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "does not begin with https://"
    return None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, so that nothing said to it leaves."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
