"""Personal data and keys in the shapes in which people write them: made up, seeded, and valid by their own checks."""

import base64
import json
import string
from collections.abc import Callable
from random import Random

ALPHANUMERIC = string.ascii_letters + string.digits
WORDS = (
    *("amber", "birch", "cobalt", "delta", "ember", "fjord", "garnet", "harbor", "indigo", "juniper", "kestrel"),
    *("larch", "mistral", "nimbus"),
)
NAMES = (
    *("anna", "lukas", "marie", "jean", "sofia", "pablo", "giulia", "marco", "emma", "daan", "zofia", "jan", "ines"),
    *("tiago", "elsa", "nils", "olu", "wei"),
)
DOMAINS = (
    *("gmail.com", "web.de", "orange.fr", "libero.it", "wp.pl", "163.com", "yahoo.co.uk", "mail.example.org"),
    *("dept.uni-hof.example", "hey.photography"),
)


def draw(rng: Random, alphabet: str, count: int) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def digits(rng: Random, count: int) -> str:
    return draw(rng, string.digits, count)


def filled(rng: Random, pattern: str) -> str:
    """Each # becomes a digit; ? one from 2 to 9."""
    chosen = (rng.choice("23456789") if sign == "?" else rng.choice(string.digits) for sign in pattern)
    return "".join(new if sign in "#?" else sign for sign, new in zip(pattern, chosen, strict=True))


def email(rng: Random) -> str:
    first, last, number = rng.choice(NAMES), rng.choice(WORDS), rng.randint(1, 9999)
    local = rng.choice(
        [f"{first}.{last}{number}", f"{first[0]}{last}{number}", f"{first}_{last}+shop{number}", f"{first}{number}",
         f"{first}-{last}.{number}", f"{first.title()}.{last.title()}{number}", f"o'{last}{number}", f"{number}.{last}",
         f"jürgen.{last}{number}"]
    )  # fmt: skip
    host = rng.choice([*DOMAINS, f"{last}-{first}{number}.io", f"{last}.com.br", "münchen-post.example"])
    return rng.choice([f"{local}@{host}"] * 5 + [f"{local}@{host}".upper()])


NATIONAL = {
    "US": ["(AAA) ?##-####", "AAA-?##-####", "AAA.?##.####", "AAA ?## ####", "1-AAA-?##-####", "(AAA)?##-####"],
    "GB": ["020 79## ####", "0161 496 ####", "074## ######", "074########", "(020) 79## ####", "01632 960###"],
    "DE": ["030 / ?## ## ##", "030-?######", "0151 ?#######", "0176/?#######", "(089) ?#####", "089 ?### ###"],
    "FR": ["06 ## ## ## ##", "01.4#.##.##.##", "06########", "07-8#-##-##-##", "02 4# ## ## ##"],
    "ES": ["612 ### ###", "91 ?## ## ##", "6## ## ## ##", "93 ?## ## ##"],
    "IT": ["347 ### ####", "06 45## ####", "02 4### ####", "333 #######"],
    "NL": ["06 1### ####", "020 6## ####", "06-1#######", "010-4######"],
    "PL": ["512 ### ###", "601-###-###", "22 ?## ## ##"],
}
ABROAD = [
    "+1 AAA ?## ####", "+1 (AAA) ?##-####", "+1AAA?######", "+44 20 79## ####", "+44 (0)20 79## ####", "+4474########",
    "+49 30 ?######", "+49 (0) 151 ?#######", "0049 176 ?#######", "+33 6 ## ## ## ##", "+33 (0)1 4# ## ## ##",
    "+34 612 ### ###", "+39 347 ### ####", "+31 6 1### ####", "+48 512 ### ###", "+351 912 ### ###", "+46 70-### ## ##",
    "+41 79 ?## ## ##", "+43 664 ?######", "+91 98### #####", "+81 90-####-####", "+86 138 #### ####",
    "+55 11 9####-####", "+353 87 ?## ####", "+61 412 ### ###", "+972-54-?##-####", "+420 602 ### ###",
    "+32 470 ## ## ##",
]  # fmt: skip
AREAS = ["212", "202", "312", "415", "617", "713", "206", "305", "404", "512"]


def phone(rng: Random) -> str:
    patterns = ABROAD if rng.random() < 0.5 else NATIONAL[rng.choice(sorted(NATIONAL))]
    return filled(rng, rng.choice(patterns).replace("AAA", rng.choice(AREAS)))


def luhn_digit(payload: str) -> str:
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(payload)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


ISSUERS = [
    ("4", 16),
    ("51", 16),
    ("55", 16),
    ("2223", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("65", 16),
    ("36", 14),
]
ISSUERS += [("3530", 16), ("62", 16), ("62", 19), ("4", 19), ("4", 13)]


def card(rng: Random) -> str:
    prefix, length = rng.choice([*ISSUERS, *ISSUERS[:5] * 3])
    payload = prefix + digits(rng, length - 1 - len(prefix))
    number = payload + luhn_digit(payload)
    sizes = {14: [4, 6, 4], 15: [4, 6, 5]}.get(length, [4, 4, 4, 4, 4])
    return rng.choice(["", " ", "-", " ", "\u00a0"]).join(grouped(number, sizes))


def grouped(text: str, sizes: list[int]) -> list[str]:
    starts = [sum(sizes[:at]) for at in range(len(sizes))]
    return [text[start : start + size] for start, size in zip(starts, sizes, strict=True) if text[start:]]


ACCOUNTS = {
    "DE": "##################", "GB": "NWBK##############", "FR": "####################A##",
    "ES": "####################", "NL": "INGB##########", "IT": "X######################", "BE": "############",
    "PL": "########################",
    "CH": "#####A###########", "AT": "################", "NO": "###########", "SE": "####################",
    "PT": "#####################", "IE": "AIBK##############", "LU": "###A###########B", "DK": "##############",
}  # fmt: skip


def iban(rng: Random) -> str:
    country = rng.choice(sorted(ACCOUNTS))
    account = filled(rng, ACCOUNTS[country])
    remainder = int("".join(str(int(sign, 36)) for sign in f"{account}{country}00")) % 97
    number = f"{country}{98 - remainder:02d}{account}"
    separator = rng.choice(["", " ", " ", "-", "\u00a0"])
    shaped = separator.join(grouped(number, [4] * 9))
    return rng.choice([shaped] * 5 + [shaped.lower()])


def address(rng: Random) -> str:
    parts = [
        rng.choice([10, 172, 192, 203, 84, 5, 217, 91, 100]),
        *(rng.randint(0, 255) for _ in range(2)),
        rng.randint(1, 254),
    ]
    four = ".".join(map(str, parts))
    groups = [f"{rng.randint(1, 0xFFFF):x}" for _ in range(6)]
    full, short = f"2001:db8:{':'.join(groups)}", f"2a02:{groups[0]}::{groups[1]}:{groups[2]}"
    return rng.choice([four] * 6 + [full, full.upper(), short, f"fe80::{groups[0]}:{groups[1]}", f"::ffff:{four}"])


def jwt(rng: Random) -> str:
    def part(value: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return (
        f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'sub': digits(rng, 10)})}.{draw(rng, ALPHANUMERIC + '-_', 43)}"
    )


def pem(rng: Random) -> str:
    name = rng.choice(["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"])
    lines = "\n".join(draw(rng, ALPHANUMERIC + "+/", 64) for _ in range(rng.randint(3, 12)))
    return f"-----BEGIN {name}-----\n{lines}\n{draw(rng, ALPHANUMERIC, 20)}==\n-----END {name}-----"


def password(rng: Random) -> str:
    return (
        rng.choice(WORDS).title() + rng.choice("!_#*-") + digits(rng, rng.randint(2, 4)) + rng.choice(["", "x", "Qz"])
    )


HEX = "0123456789abcdef"
WIDE = ALPHANUMERIC + "-_"
KEYS: dict[str, Callable[[Random], str]] = {
    "AWS": lambda rng: rng.choice(["AKIA", "ASIA"]) + draw(rng, string.ascii_uppercase + "234567", 16),
    "GitHub": lambda rng: rng.choice(["ghp_", "gho_", "ghs_"]) + draw(rng, ALPHANUMERIC, 36),
    "GitHub, fine-grained": lambda rng: f"github_pat_{draw(rng, ALPHANUMERIC, 22)}_{draw(rng, ALPHANUMERIC, 59)}",
    "GitLab": lambda rng: "glpat-" + draw(rng, WIDE, 19) + "z",
    "OpenAI": lambda rng: rng.choice(["sk-", "sk-proj-"]) + draw(rng, ALPHANUMERIC, 48),
    "Anthropic": lambda rng: "sk-ant-api03-" + draw(rng, WIDE, 93) + "AA",
    "Google": lambda rng: "AIza" + draw(rng, WIDE, 34) + "Q",
    "Slack": lambda rng: f"xox{rng.choice('bp')}-{digits(rng, 12)}-{digits(rng, 12)}-{draw(rng, ALPHANUMERIC, 24)}",
    "Stripe": lambda rng: rng.choice(["sk_live_", "rk_live_", "sk_test_"]) + draw(rng, ALPHANUMERIC, 24),
    "Hugging Face": lambda rng: "hf_" + draw(rng, string.ascii_letters, 34),
    "Databricks": lambda rng: "dapi" + draw(rng, HEX, 32) + rng.choice(["", "-2"]),
    "JWT": jwt,
    "PEM": pem,
    "Azure storage": lambda rng: draw(rng, ALPHANUMERIC + "+/", 86) + "==",
    "npm": lambda rng: "npm_" + draw(rng, ALPHANUMERIC, 36),
    "PyPI": lambda rng: "pypi-AgEIcHlwaS5vcmc" + draw(rng, WIDE, 130) + "A",
    "Telegram": lambda rng: f"{rng.choice('123456789')}{digits(rng, 9)}:AA{draw(rng, WIDE, 32)}Q",
}
VALUES: dict[str, Callable[[Random], str]] = {"EMAIL": email, "PHONE": phone, "CARD": card, "IBAN": iban, "IP": address}
