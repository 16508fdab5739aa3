"""Which addresses a source may have, however they are written."""

import pytest
from environs import Env

from app.core.config_sections import DEFAULT_DENIED_NETWORKS, read_source_rules
from app.core.domain.networks import NetworkRules

PRIVATE = "10.0.0.0/8"
UNSPECIFIED = "0.0.0.0"  # noqa: S104 - to connect to, not to listen on


def rules(allowed: str = "", denied: str = "") -> NetworkRules:
    return NetworkRules.from_texts({"allowed": allowed.split(), "denied": denied.split()})


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fd20:ce::254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe",
        "::169.254.169.254",
        "::ffff:0:169.254.169.254",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::169.254.169.254",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:5601:5601",
    ],
    ids=lambda address: address,
)
def test_by_default_nothing_leads_to_a_link_local_or_metadata_address(address: str) -> None:
    assert not rules(denied=DEFAULT_DENIED_NETWORKS.replace(",", " ")).permit(address)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", UNSPECIFIED, "10.1.2.3", "93.184.216.34", "2606:4700::1111"]
)
def test_by_default_every_other_address_is_free(address: str) -> None:
    assert rules(denied=DEFAULT_DENIED_NETWORKS.replace(",", " ")).permit(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", UNSPECIFIED, "::ffff:127.0.0.1", "::ffff:0:0"])
def test_an_unspecified_address_is_the_loopback_that_it_reaches(address: str) -> None:
    assert not rules(denied="127.0.0.0/8").permit(address)
    assert rules(allowed="127.0.0.0/8").permit(address)


@pytest.mark.parametrize("address", ["::1", "::"])
def test_so_it_is_in_ipv6(address: str) -> None:
    assert not rules(denied="::1/128").permit(address)
    assert rules(allowed="::1/128", denied="0.0.0.0/8").permit(address)


@pytest.mark.parametrize(
    ("address", "is_permitted"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("11.1.2.3", False),
        ("127.0.0.1", False),
        (UNSPECIFIED, False),
        ("255.255.255.255", False),
        ("224.0.0.1", False),
        ("::ffff:11.1.2.3", False),
        ("2606:4700::1111", False),
        # a gateway would have to be trusted to pass these on to 10.1.2.3
        ("64:ff9b::10.1.2.3", False),
        ("2002:a01:203::1", False),
    ],
)
def test_where_networks_are_allowed_every_other_is_not(address: str, is_permitted: bool) -> None:
    assert rules(allowed=PRIVATE).permit(address) is is_permitted


def test_what_is_denied_is_not_allowed_by_a_wider_network() -> None:
    some = rules(allowed=PRIVATE, denied="10.9.0.0/16")
    assert (some.permit("10.8.0.1"), some.permit("10.9.0.1")) == (True, False)


@pytest.mark.parametrize(
    "address", ["", "localhost", "2852039166", "0xA9FEA9FE", "169.254.43518", "010.0.0.1"]
)
def test_what_is_no_resolved_address_is_never_permitted(address: str) -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        rules().permit(address)


def test_rules_come_back_as_they_were_written() -> None:
    some = rules(allowed="10.0.0.0/8 fd00::/8", denied=DEFAULT_DENIED_NETWORKS.replace(",", " "))
    assert NetworkRules.from_texts(some.as_texts()) == some


@pytest.mark.parametrize("texts", [{}, {"allowed": []}, {"denied": []}])
def test_rules_that_are_not_complete_are_no_rules(texts: dict[str, list[str]]) -> None:
    with pytest.raises(KeyError):
        NetworkRules.from_texts(texts)


def test_a_setting_replaces_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_SOURCE_NETWORKS_DENY", "10.1.2.3/8, ::1")
    denied = read_source_rules(Env()).denied_networks
    assert [str(network) for network in denied] == ["10.0.0.0/8", "::1/128"]
