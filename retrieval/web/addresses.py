"""What an address is, how it is shown, and which machines it may lead to. Fetching is left to fetching.py."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

from retrieval.errors import FetchError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Resolve = Callable[[str, int], Sequence[str]]

PORTS = {"http": 80, "https": 443}
LONGEST = 2_000
"""Characters of an address: few servers take more."""

_SECRET = re.compile(r"(?i)(?:^|[_-])(?:token|key|apikey|secret|password|pass|pwd|auth|sig|signature|session)$")
_TRACKING = re.compile(r"(?i)utm_\w+|mtm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|xtor")
_MASK = "***"


def is_address(text: str) -> bool:
    """Return whether a text is meant as the address of a page, and not as a path."""
    return bool(re.match(r"(?i)https?://", text))


def normalize_address(text: str) -> str:
    """Return the one spelling of an address: no fragment, no tracking parameters, the host in lower case.

    Raises InputError for what is no address that can be fetched.
    """
    address = "".join(text.split())
    try:
        parts = urlsplit(address)
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError:  # UnicodeError, for a host that has no name in ASCII, is one
        host, port, parts = "", None, urlsplit("")
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not host or len(address) > LONGEST:
        shown = show_address(text)[:100]
        raise InputError(f"{shown} is no address that can be fetched: it must be like https://example.org/news")
    name = f"[{host}]" if ":" in host else host
    if port not in (None, PORTS[scheme]):
        name = f"{name}:{port}"
    credentials, at, _ = parts.netloc.rpartition("@")
    query = "&".join(each for each in parts.query.split("&") if not _TRACKING.fullmatch(each.partition("=")[0]))
    path = quote(parts.path, safe="/%!$&'()*+,;=:@~-._") or "/"
    return urlunsplit((scheme, credentials + at + name, path, quote(query, safe="/%!$&'()*+,;=:@~-._?[]"), ""))


def join_address(base: str, link: str) -> str:
    """Return where a link of a page leads, or "" where that can't be fetched."""
    if not link.strip():
        return ""
    try:
        return normalize_address(urljoin(base, link.strip()))
    except (ValueError, InputError):
        return ""


def show_address(address: str) -> str:
    """Return an address as it may be shown and stored: without name and password, secret parameters masked."""
    address = strip_credentials(address)
    try:
        parts = urlsplit(address)
    except ValueError:
        return re.sub(r"//[^/]*@", "//", address)
    values = parse_qsl(parts.query, keep_blank_values=True)
    if not any(_SECRET.search(name) for name, _ in values):
        return address
    shown = [(name, _MASK if _SECRET.search(name) else value) for name, value in values]
    return urlunsplit(parts._replace(query=urlencode(shown, safe="*")))


def strip_credentials(address: str) -> str:
    """Return an address without name and password."""
    return re.sub(r"(?<=//)[^/?#]*@", "", address, count=1)


def read_credentials(address: str) -> tuple[str, str] | None:
    """Return the name and the password that an address holds."""
    given, at, _ = urlsplit(address).netloc.rpartition("@")
    name, _, password = given.partition(":")
    return (unquote(name), unquote(password)) if at else None


def lend_credentials(address: str, source: str) -> str:
    """Return the address with the name and password of a source of the same origin."""
    given, at, _ = urlsplit(source).netloc.rpartition("@")
    if not at or get_origin(address) != get_origin(source):
        return address
    return address.replace("://", f"://{given}@", 1) if "@" not in urlsplit(address).netloc else address


def get_origin(address: str) -> str:
    """Return scheme, host and port: whom robots.txt, pauses and passwords belong to."""
    return "/".join(strip_credentials(address).split("/")[:3])


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Return the numeric addresses of a host, those of IPv4 first: more networks reach them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in sorted(found, key=lambda each: each[0] != socket.AF_INET)))


def choose_machine(host: str, port: int, *, resolve: Resolve, allow_private: bool) -> str:
    """Return the numeric address to connect to; raise FetchError where the host has none that may be asked.

    The name is looked up once, and what was checked is what is connected to: a second look-up could say otherwise.
    """
    try:
        found = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"can't be fetched: no machine has the name {host}; check the spelling") from error
    allowed = [each for each in found if allow_private or _is_public(each)]
    if allowed:
        return allowed[0]
    raise FetchError(
        f"leads to {host}, which is on a private network ({', '.join(found)}); CLIPPINGS_WEB_PRIVATE=true allows that"
    )


def _is_public(numeric: str) -> bool:
    """Tell whether a numeric address is anyone's; one of IPv6 may hold another of IPv4."""
    address = ipaddress.ip_address(numeric.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        held = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in ipaddress.ip_network("64:ff9b::/96"):
            held = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if held is not None:
            return _is_public(str(held))
    return address.is_global and not address.is_multicast
