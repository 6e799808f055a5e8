"""An entry stands for its codes and no others, and an address is one before anything is sent."""

import pytest
from pydantic import ValidationError

from activities.notices.directory import (
    ChannelKind,
    Directory,
    Recipient,
    email_address_problem,
    is_loopback,
    web_address_problem,
)
from states.recipients import RECIPIENTS


def entry(role: str = "officer", **more: str) -> Recipient:
    """An entry of the folder."""
    return Recipient.model_validate({"role": role, "channel": ChannelKind.FOLDER, **more})


@pytest.mark.parametrize(
    "address",
    ["a@b.example", "a.b-c_d%e+f'g@sub.b-c.example", "A1@EXAMPLE", "1@2.3"],
)
def test_an_address_of_mail_is_taken(address: str) -> None:
    """With a name of a person, of a team, or of a host within."""
    assert None is email_address_problem(address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "@b.example", "a@", "a@b..example", "a@.example", "a@b.example."),
        *("a b@c.example", "a@b.example, d@e.example", "<a@b.example>", "a@b.example\nBcc: c@d"),
        *('"a"@b.example', "a@b_c.example", "a@b.example ", "é@b.example"),
    ],
)
def test_nothing_else_gets_into_a_header(address: str) -> None:
    """Neither a second address, nor a line, nor a name before it."""
    assert "is no e-mail address" == email_address_problem(address)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://[::1", "is no web address"),
        ("https://host:port/", "is no web address"),
        ("https://host:70000/", "is no web address"),
        ("https:///path", "is no web address"),
        ("https://host/path#part", "is no web address"),
        ("https://:secret@host/", "which must not be in a directory"),
        ("http://127.0.0.1.example/", "does not begin with https://"),
        ("ftp://127.0.0.1/", "does not begin with https://"),
    ],
)
def test_what_is_no_address_of_the_web_says_why(address: str, fault: str) -> None:
    """And does not repeat it."""
    said = web_address_problem(address) or ""

    assert fault in said
    assert address not in said


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.1.2.3", True), ("::1", True), ("localhost", True), ("LOCALHOST.", False)],
)
def test_only_loopback_is_this_machine(host: str, *, own: bool) -> None:
    """A name that looks like it is another's."""
    assert own == is_loopback(host)


def test_an_entry_fits_a_case_that_has_all_its_codes() -> None:
    """A code that the case does not have, or has otherwise, is not passed over."""
    near = entry(provider_code="N07", area="LONDON")
    route = {"provider_code": "N07", "area": "LONDON", "court": "MC01"}

    assert near.matches("officer", route)
    assert [False] * 4 == [
        near.matches("police", route),
        near.matches("officer", route | {"area": "LEEDS"}),
        near.matches("officer", {"provider_code": "N07"}),
        near.matches("officer", {}),
    ]


def test_an_entry_without_codes_fits_every_case_and_is_the_least_telling() -> None:
    """The default of its role, of no other."""
    default = entry()

    assert default.matches("officer", {})
    assert not default.matches("police", {})
    assert (
        default.specificity
        < entry(provider="NPS").specificity
        < entry(officer="N07A001").specificity
    )


def test_an_entry_is_named_by_role_and_codes_and_never_by_its_address() -> None:
    """Ops read it in a fault."""
    named = Recipient(
        role="police", channel=ChannelKind.SMTP, address="a@b.example", area="L", court="C"
    )

    assert "police of area L, court C" == str(named)
    assert "officer (default)" == str(entry())


def test_a_contact_is_what_is_known_and_no_more() -> None:
    """Letters show no empty line; the postal address is not the address that notices go to."""
    known = entry(name="A. Khan", telephone="", postal_address="1 High Street")

    assert {"name": "A. Khan", "address": "1 High Street"} == known.contact
    assert {} == entry().contact


def test_roles_without_a_default_are_told_in_the_order_of_the_roles() -> None:
    """An entry for some cases is none for the others."""
    directory = Directory([entry("police"), entry("officer", area="LONDON")])

    assert (
        tuple(role for role in RECIPIENTS if role != "police") == directory.roles_without_default()
    )


@pytest.mark.parametrize(
    "field", ["name", "telephone", "email", "postal_address", "note", "address"]
)
def test_a_line_has_an_end(field: str) -> None:
    """Contact details fit on a document."""
    with pytest.raises(ValidationError, match="at most 500 characters"):
        entry(**{field: "x" * 501})
