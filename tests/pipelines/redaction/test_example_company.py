"""The made-up customers of the example company, and the canary that must surface nowhere."""

from random import Random

from examples.company import load_company
from examples.personal import cloud_key, make_canary, make_identities, sign
from tests.pipelines.redaction.sample import SHIPPED, redactor

PATTERNED = ("email", "phone", "card", "iban", "ip")


def test_nothing_with_a_form_is_left_of_any_customer() -> None:
    rng = Random("redaction")
    left, signed = [], 0
    for identity in make_identities(load_company().house, seed=1):
        for _ in range(20):
            message = sign("Our Otter stopped on 12 May, order 24-1187.", identity, rng)
            kept = SHIPPED.redact_text(message)
            values = [identity.kinds()[kind] for kind in PATTERNED if identity.kinds()[kind] in message]
            signed += bool(values)
            left += [value for value in values if value in kept]
            assert kept.startswith("Our Otter stopped on 12 May, order 24-1187.")
    assert (left, signed) == ([], 60 * 20)


def test_nothing_of_the_canary_is_left_where_the_settings_list_its_names() -> None:
    canary = make_canary(seed=1)
    own = redactor(lists={"name": (canary["name"], canary["user"])})
    value = {"user": canary["user"], "content": " and ".join([*canary.values(), cloud_key()])}
    outcome = own.redact_value(value)
    assert [part for part in [*canary.values(), cloud_key()] if part in str(outcome.value)] == []
    assert outcome.found == {"NAME": 3, "EMAIL": 1, "PHONE": 1, "CARD": 1, "IBAN": 1, "IP": 1, "SECRET": 2}
