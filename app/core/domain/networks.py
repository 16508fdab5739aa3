"""Which network addresses a source may have. Pure: names are resolved, and connections made, elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IPv6 networks whose addresses end in the IPv4 address that a gateway or the kernel passes them on to:
# IPv4-compatible, IPv4-translated, and NAT64 with its well-known and its local prefix.
_CARRYING_IPV4 = tuple(
    IPv6Network(text) for text in ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
)


@dataclass(frozen=True)
class NetworkRules:
    """The networks sources must be in (`allowed`; empty: any) and must not be in (`denied`, which wins)."""

    allowed: tuple[Network, ...] = ()
    denied: tuple[Network, ...] = ()

    @classmethod
    def from_texts(cls, texts: Mapping[str, Sequence[str]]) -> "NetworkRules":
        """The rules that `as_texts` wrote. Raises KeyError or ValueError when they are not complete."""
        allowed, denied = (tuple(ip_network(text) for text in texts[key]) for key in ("allowed", "denied"))
        return cls(allowed, denied)

    def as_texts(self) -> dict[str, list[str]]:
        """The rules as JSON can hold them."""
        return {"allowed": [str(n) for n in self.allowed], "denied": [str(n) for n in self.denied]}

    def permit(self, address: str) -> bool:
        """Whether a source may be at a resolved address. Raises ValueError when the text is none.

        One way of writing it that is denied is enough to refuse it; to be in an allowed network, it must
        itself lead there, whatever other addresses it carries.
        """
        reached = _reached(ip_address(address))
        if any(form in network for form in _forms(reached) for network in self.denied):
            return False
        return not self.allowed or any(reached in network for network in self.allowed)


def _reached(address: Address) -> Address:
    """What a connection to `address` leads to: one written as IPv6 may be IPv4, one unspecified is us."""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_unspecified:
        return IPv4Address("127.0.0.1") if isinstance(address, IPv4Address) else IPv6Address("::1")
    return address


def _forms(address: Address) -> Iterator[Address]:
    """The address, and those it carries in itself for a gateway to pass on to."""
    yield address
    if not isinstance(address, IPv6Address) or address.is_loopback:
        return
    if any(address in network for network in _CARRYING_IPV4):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
