"""The personal data is made up, passes its checks, and stands where the truth says."""

import re
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from stdnum import iban, luhn

from examples.company import load_company
from examples.generate import Example
from examples.personal import Identity, make_identities

ROOT = Path(__file__).parents[2]
IDENTITIES = make_identities(load_company().house, seed=7)


@pytest.mark.parametrize("seed", [7, 8, 1234])
def test_card_numbers_and_ibans_pass_their_checks(seed: int) -> None:
    identities = make_identities(load_company().house, seed)
    assert len(identities) == 60
    for identity in identities:
        assert luhn.is_valid(identity.card.replace(" ", ""))
        assert iban.is_valid(identity.iban)


def test_a_changed_digit_fails_the_check() -> None:
    card = IDENTITIES[0].card.replace(" ", "")
    assert not luhn.is_valid(card[:-1] + str((int(card[-1]) + 1) % 10))


def test_phone_numbers_are_well_formed_and_reserved_for_fiction() -> None:
    for identity in IDENTITIES:
        region = None if identity.phone.startswith("+") else "GB"
        assert phonenumbers.is_valid_number(phonenumbers.parse(identity.phone, region)), identity.phone
        assert re.match(r"(\+44 20|020) 7946 0|0113 496 0|\+49 30 23125|\+49 171 39200|\+33 1 99 00", identity.phone)


def test_addresses_lead_nowhere() -> None:
    for identity in IDENTITIES:
        assert identity.email.endswith((".example", ".example.org"))
        assert identity.address.startswith("203.0.113.")


def test_personal_data_stands_where_the_truth_says(rows: Any, example: Example) -> None:
    texts = {(f"documents/{key}", "text"): text for key, text in example.documents.texts().items()}
    for entries in example.waves.entries.values():
        texts |= {(entry.request_id, "prompt"): entry.prompt for entry in entries}
        texts |= {(entry.request_id, "response"): entry.answer for entry in entries}
    listed = rows("truth/personal.jsonl")
    assert {row["kind"] for row in listed} >= {
        "name",
        "email",
        "phone",
        "card",
        "iban",
        "ip",
        "token",
        "cloud_key",
    }
    assert len([row for row in listed if row["field"] == "prompt"]) > 50
    assert len([row for row in listed if row["field"] == "response"]) > 5
    assert all(row["value"] in texts[row["where"], row["field"]] for row in listed)


def test_the_canary_is_in_the_logs_and_nowhere_else(folder: Path, truth: Any) -> None:
    canary = truth("canary.json")
    assert len(canary["request_ids"]) == 4
    logs = "".join((folder / f"logs/wave-{wave}.jsonl").read_text(encoding="utf-8") for wave in (1, 2))
    elsewhere = [path for path in folder.rglob("*") if path.is_file() and not {"logs", "truth"} & set(path.parts)]
    assert len(elsewhere) > 200
    for kind in ("email", "phone", "card", "iban", "ip", "token", "name", "user"):
        assert canary[kind] in logs
        assert not [path for path in elsewhere if canary[kind].encode() in path.read_bytes()]


def test_the_leaked_keys_are_shaped_like_keys_and_no_source_holds_them(example: Example) -> None:
    secrets: dict[str, str] = example.documents.secrets
    assert re.fullmatch(r"sk-[A-Za-z0-9]{40}", secrets["provider_token"])
    assert re.fullmatch(r"AKIA[A-Z0-9]{16}", secrets["cloud_key"])
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "examples").rglob("*.py")]
    assert len(sources) > 20
    assert not re.search(r"AKIA[A-Z0-9]{16}|sk-[A-Za-z0-9]{20}", "".join(sources))


def test_no_customer_has_the_name_of_somebody_on_the_staff() -> None:
    staff = {person.name for person in load_company().people}
    customers: list[Identity] = IDENTITIES
    assert not staff & {identity.name for identity in customers}
