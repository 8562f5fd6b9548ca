"""Whose word counts for a visitor's address: the proxies in front of us, and nobody else."""

import os
from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

# The networks of containers and machine rooms. TRUSTED_PROXIES, separated by spaces, replaces them.
PRIVATE = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7"


def networks() -> Sequence[str]:
    return (os.environ.get("TRUSTED_PROXIES") or PRIVATE).split()


@cache
def _parsed() -> list[IPv4Network | IPv6Network]:
    return [ip_network(network) for network in networks()]


def visitor_address(forwarded_for: str, peer: str) -> str:
    """The last address of X-Forwarded-For that is not a proxy of ours; what stands before it is a mere claim.

    The peer itself when there is no header, or when the peer is not a proxy of ours.
    """
    if not is_trusted(peer):
        return peer
    chain = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    for address in reversed(chain):
        if not is_trusted(address):
            return address
    return chain[0] if chain else peer


def is_trusted(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in _parsed())
