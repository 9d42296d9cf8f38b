"""What an address says of who reaches it."""

import ipaddress


def is_address(name: str) -> bool:
    """Whether a host is given by number.

    >>> is_address("192.168.0.7"), is_address("lecture.example")
    (True, False)
    """
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
