"""The numbering plans of regions, from phonenumbers, as quick patterns that spare its parser nearly every number."""

from __future__ import annotations

import re
from functools import lru_cache

PLAN_PARTS = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "uan")


class UnknownRegion(ValueError):
    """A region that phonenumbers has no plan for."""


@lru_cache(maxsize=512)
def plan_of(region: str) -> re.Pattern[str]:
    """What the digits of a number of this region look like, its national prefix included."""
    from phonenumbers import SUPPORTED_REGIONS, PhoneMetadata

    if region not in SUPPORTED_REGIONS:
        raise UnknownRegion(f"expected ISO codes of regions, such as GB or DE, got {region}. Change redaction.regions.")
    metadata = PhoneMetadata.metadata_for_region(region)
    assert metadata is not None, region
    parts = [getattr(metadata, part) for part in PLAN_PARTS]
    forms = [part.national_number_pattern for part in parts if part is not None and part.national_number_pattern]
    return re.compile(f"(?:{metadata.national_prefix_for_parsing or ''})?(?:{'|'.join(forms)})")


def regions_of(digits: str, regions: tuple[str, ...]) -> list[str]:
    """The regions in which these digits are a number."""
    return [region for region in regions if plan_of(region).fullmatch(digits)]


def as_international(written: str, region: str | None, *, strict: bool) -> str | None:
    """The number as +442079460123, or None where it is none; strict asks that it is in use, not only long enough."""
    import phonenumbers

    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    accepted = phonenumbers.is_valid_number(number) if strict else phonenumbers.is_possible_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if accepted else None


def is_grouped_as_usual(written: str, region: str) -> bool:
    """Whether phonenumbers' matcher takes the whole text for one number in the groups of its region."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    matches = list(PhoneNumberMatcher(written, region, Leniency.STRICT_GROUPING, 1))
    return len(matches) == 1 and (matches[0].start, matches[0].end) == (0, len(written))
