"""Where a request comes from."""

import ipaddress

from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The visitor's: behind our own proxy, which writes it itself, the last one that it says."""
    remote: str = request.META.get("REMOTE_ADDR", "")
    try:
        behind = ipaddress.ip_address(remote).is_private
    except ValueError:
        behind = True
    said: str = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    return said[:60] if behind and said else remote


def network(request: HttpRequest) -> str:
    """The same, of IPv6 only the part that a network is given: whoever has one has as many
    addresses as he likes."""
    found = address(request)
    try:
        number = ipaddress.ip_address(found)
    except ValueError:
        return found
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped:
            return str(number.ipv4_mapped)
        return str(ipaddress.ip_network((number, 64), strict=False))
    return found
