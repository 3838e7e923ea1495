"""Made-up customers with numbers that pass their checks, and the canary whose data must surface nowhere."""

from dataclasses import dataclass
from random import Random

from examples.company import House

# Number ranges that the regulators of Britain, Germany and France keep for fiction: nobody can be rung up.
FICTIONAL_PHONES = (
    ("020 7946 0", 3),
    ("+44 20 7946 0", 3),
    ("0113 496 0", 3),
    ("+49 30 23125 ", 3),
    ("+49 171 39200", 2),
    ("+33 1 99 00 10 ", 2),
)
CANARY_USER = "canary.quenby"


@dataclass(frozen=True)
class Identity:
    name: str
    email: str
    phone: str
    card: str
    iban: str
    address: str  # an IP address of the ranges kept for documentation

    def kinds(self) -> dict[str, str]:
        return {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "card": self.card,
            "iban": self.iban,
            "ip": self.address,
        }


def digits(rng: Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def luhn_digit(payload: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(payload)))
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return str(-total % 10)


def card_number(rng: Random) -> str:
    payload = "400000" + digits(rng, 9)
    number = payload + luhn_digit(payload)
    return " ".join(number[start : start + 4] for start in range(0, 16, 4))


def iban_checksum(country: str, account: str) -> str:
    as_number = int("".join(str(int(letter, 36)) for letter in account + country + "00"))
    return f"{98 - as_number % 97:02d}"


def iban(rng: Random) -> str:
    country, account = rng.choice([("GB", "KWFK" + digits(rng, 14)), ("DE", digits(rng, 18))])
    number = country + iban_checksum(country, account) + account
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def phone(rng: Random) -> str:
    prefix, count = rng.choice(FICTIONAL_PHONES)
    return prefix + digits(rng, count)


def plain(name: str) -> str:
    return name.lower().replace("í", "i").replace("ñ", "n")


def make_identity(rng: Random, first: str, last: str) -> Identity:
    separator, host = (
        rng.choice([".", "_", ""]),
        rng.choice(["post.example", "mail.example.org", "parish.example"]),
    )
    return Identity(
        name=f"{first} {last}",
        email=f"{plain(first)}{separator}{plain(last)}@{host}",
        phone=phone(rng),
        card=card_number(rng),
        iban=iban(rng),
        address=f"203.0.113.{rng.randint(2, 250)}",
    )


def make_identities(house: House, seed: int, count: int = 60) -> list[Identity]:
    rng = Random(f"{seed}/identities")
    pairs = [(first, last) for first in house.first_names for last in house.last_names]
    return [make_identity(rng, first, last) for first, last in rng.sample(pairs, count)]


def provider_token(rng: Random, mark: str) -> str:
    """Shaped like a model provider's key. Put together here, so that no scanner stops the source."""
    return "".join(("s", "k", "-", mark, digits(rng, 40 - len(mark))))


def cloud_key() -> str:
    """Shaped like a cloud access key, and plainly not one."""
    return "".join(("AK", "IA", "FAKE", "KETTLEWICK", "00"))


def make_canary(seed: int) -> dict[str, str]:
    rng = Random(f"{seed}/canary")
    identity = make_identity(rng, "Wilhelmina", "Quenby-Canary")
    return {**identity.kinds(), "token": provider_token(rng, "CanaryKettlewick"), "user": CANARY_USER}


def personal_kinds(canary: dict[str, str]) -> dict[str, str]:
    """The canary's data without the login, which is not in what it writes."""
    return {kind: value for kind, value in canary.items() if kind != "user"}


def sign(message: str, identity: Identity, rng: Random) -> str:
    """The message with the sender's data at its end, as people write it."""
    ending = rng.choice(
        [
            "{name}, {phone}",
            "Please ring {phone} or write to {email}. {name}",
            "Best wishes, {name} ({email})",
            "You can take it from my card {card}. {name}",
            "My account is {iban}, in case you need it. {name}, {email}",
            "Sent from {ip}. Call me on {phone}.",
        ]
    )
    return f"{message} {ending.format(**identity.kinds())}"
