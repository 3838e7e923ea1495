"""Licences as SPDX ids: what a person may name, and what pages that link to Creative Commons mean."""

from __future__ import annotations

import re

SPDX = re.compile(r"^\(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*( (AND|OR|WITH) \(*[A-Za-z0-9][A-Za-z0-9.+-]*\)*)*$")
COMMONS = re.compile(
    r"//creativecommons\.org/(?:licenses/(by(?:-nc)?(?:-nd|-sa)?)/(\d\.\d)|publicdomain/(zero)/(\d\.\d))"
)


class NoLicence(ValueError):
    """What was named as a licence cannot be an SPDX expression."""


def checked_licence(name: str | None) -> str | None:
    """An SPDX id or expression as a person named it."""
    if name is not None and not SPDX.match(name):
        raise NoLicence(
            f"expected a licence by its SPDX id, such as CC-BY-SA-4.0 or LicenseRef-Ours, got `{name}`. "
            "Names for your own begin with LicenseRef- and have letters, digits, dots and dashes."
        )
    return name


def licence_of_link(address: str) -> str | None:
    """The SPDX id of a Creative Commons address; None for any other."""
    found = COMMONS.search(address)
    if not found:
        return None
    return f"CC0-{found[4]}" if found[3] else f"CC-{found[1].upper()}-{found[2]}"
