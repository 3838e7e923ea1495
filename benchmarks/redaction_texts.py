"""Labelled text in a dozen languages: sentences with personal data, and sentences whose numbers only look like it."""

import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from benchmarks.redaction_values import HEX, KEYS, VALUES, WORDS, draw, filled, password

POSITIVE = {
    "EMAIL": (
        "You can write to {0} any time.|Schreiben Sie bitte an {0}.|Mon adresse est {0}, merci !|"
        "Mi correo: {0}|La mia mail è <{0}>.|Mail naar {0}; bedankt!|Mój adres to {0}.|"
        'O meu e-mail ({0}) mudou.|mailto:{0}?subject=Hi|Skriv till {0}\n|{{"from": "{0}", "ok": true}}|'
        "連絡先は{0}です。|From: Anna <{0}>\n|Отправьте на {0}, пожалуйста"
    ),
    "PHONE": (
        "Call me on {0} after six.|Best wishes, Anna, {0}|Tel. {0}|Rufen Sie mich unter {0} an.|Mobil: {0}\n|"
        "Vous pouvez me joindre au {0}.|Mi teléfono es {0}, gracias.|Il mio numero è {0}.|Bel {0} of app me.|"
        'Proszę dzwonić: {0}.|{{"phone": "{0}"}}|Ligue para {0}, por favor|Reach the desk ({0}) or come by.|'
        "电话：{0}|[Ring us](tel) {0}; ask for Tom|The number on the van was {0}."
    ),
    "CARD": (
        "Please charge my card {0}, thanks.|Visa {0} exp 09/28|Meine Kartennummer: {0}.|"
        "Ma carte est la {0} (CVC 123).|Mi tarjeta {0} no funciona.|La carta {0} è scaduta.|"
        '{{"card_number": "{0}"}}|Karta nr {0}\n|"{0}" was declined.'
    ),
    "IBAN": (
        "My account is {0}, in case you need it.|IBAN: {0}\n|Überweisen Sie auf {0} bis Freitag.|"
        "Mon RIB : {0}.|La cuenta {0} es mía.|Bonifico su {0}, grazie.|Rekening {0} t.n.v. Anna|"
        "Przelew na {0} proszę.|<iban>{0}</iban>"
    ),
    "IP": (
        "Sent from {0}.|The request came from {0} at noon.|Verbindung von {0} abgelehnt|"
        'L\'adresse {0} est bloquée.|ssh root@{0} fails|[client {0}] denied|{{"remote_addr": "{0}"}}|'
        "ping {0}\n|La IP {0} no responde.|host={0}, up"
    ),
    "KEY": (
        "My key is {0} and it fails.|export TOKEN={0}\n|Der Schlüssel lautet {0}, warum geht er nicht?|"
        "curl -u {0}: https://x.example|client = Client('{0}')|Authorization: Bearer {0}\n|"
        'J\'ai mis {0} dans le fichier.|{{"value": "{0}"}}|clave: {0}\n'
    ),
    "PASSWORD": (
        "password={0}|My password is {0}, please log in.|Passwort: {0}\n|mot de passe : {0}|PASSWORD: '{0}'|"
        'contraseña: {0}|{{"user": "anna", "password": "{0}"}}|db_password = "{0}"|'
        "https://anna:{0}@files.example/a|API_KEY={0}\n|hasło: {0}"
    ),
}
NEGATIVE = {
    "order": (
        "Order {0} has shipped.|Bestellung {0} fehlt noch.|Commande n° {0}|Pedido {0}.|Reference: {0}, thanks|"
        "Ticket #{0}"
    ),
    "date": "On {0} we closed.|Am {0} geliefert.|Le {0} au matin.|Due {0}.|log {0} started",
    "price": "It costs {0}.|Preis: {0}|Total {0} TTC|The budget was {0} in all.",
    "isbn": "ISBN {0}.|See {0}, chapter 2.|EAN {0}",
    "version": (
        "Upgrade to version {0}.|pip install lib=={0}|Release {0} is out.|v{0} broke it|lib-{0}.tar.gz|Firefox/{0}"
    ),
    "section": "See section {0}.|Abschnitt {0}|clause {0} of the contract",
    "hash": "commit {0}|sha256:{0}|Revert {0}, it broke.|id {0}",
    "product": "Part {0} is in stock.|Ersatzteil {0}|Réf. {0}",
    "number": "The answer is {0}.|x = {0}|about {0} people|coordinates {0}",
    "code": "{0}\n|Use `{0}` here.",
    "prose": "{0}",
    "table": "{0}\n",
}
CODE = (
    "password = get_password()", "token: str = field()", "api_key=os.environ['KEY']", "std::vector<int> a::b;",
    "@app.route('/x')", "npm i left-pad@1.3.0", "@media (max-width: 600px)", "password=None", "secret: ${SECRET}",
    "sk-learn-contrib", "x[1:10:2]", "127.0.0.1:8080", "token = tokenizer.decode(ids)", "password: <your password>",
    "git@github.com:a/b.git", "login(user=user, password=password)", "if token == other_token:", "0.0.0.0",
    "255.255.255.0", "Foo::Bar", "mask_token='[MASK]'", "AccountKey=<key>", "max_tokens=4096",
)  # fmt: skip
PROSE = (
    "Password: must have at least 8 characters.", "A token: the smallest unit of text.", "Secret: nobody knows.",
    "Meet @anna at 12:30:45.", "The key is under the mat.", "Das Passwort: mindestens 12 Zeichen.",
    "Authorization is needed.", "Bearer bonds fell in 1929.", "He said: call 112 in an emergency.",
    "Give me 3 @ 4.50 each.", "Le mot de passe est obligatoire.", "Open 9-17, closed 12.30-13.30.",
    "Scores: 21-19 18-21 21-15.", "From 1914-1918 and 1939-1945.", "It is 10:04:59:12 on the tape.",
    "My password is secret.",
)  # fmt: skip


def order(rng: Random) -> str:
    shapes = ("##########", "###-#######-#######", "2024-######", "A-########", "##-#####-#####", "1Z999AA1##########")
    more = ("70########", "SO#########", "20######/##", "#######-##", "JJD##################", "3###########")
    return filled(rng, rng.choice(shapes + more))


def date(rng: Random) -> str:
    year, month, day, hour = rng.randint(1950, 2030), rng.randint(1, 12), rng.randint(1, 28), rng.randint(10, 23)
    days = (
        "{0}-{1:02}-{2:02}|{2:02}.{1:02}.{0}|{1}/{2}/{0}|{0}{1:02}{2:02}|{2:02} {1:02} {0}|{2}-{1}-{0}|{0}/{1}/{2:02}"
    )
    times = "{0}-{1:02}-{2:02} {3}:05|{0}-{1:02}-{2:02}T{3}:15:30Z|{0}{1:02}{2:02}{3}1500|{0}.{1:02}.{2:02} {3}.30"
    stamps = "17{3}000123|17{3}000123456"
    return rng.choice(f"{days}|{times}|{stamps}".split("|")).format(year, month, day, hour)


def price(rng: Random) -> str:
    shapes = (
        "€ #.###.###,00|$#,###,###.##|? ### ### €|?## ### ### PLN|?## ### EUR|?,### dollars|CHF ?'###'###|?.###,## €"
    )
    return filled(rng, rng.choice([*shapes.split("|"), "USD ?## ### ###"]))


def isbn(rng: Random) -> str:
    """Barcodes carry their own check digit; four and more of them begin as cards do."""
    bar = filled(rng, rng.choice(["978#########", "979#########", "400#########", "45##########", "50##########"]))
    bar += str(-sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(bar)) % 10)
    grouped = f"{bar[:3]}-{bar[3]}-{bar[4:6]}-{bar[6:12]}-{bar[12]}"
    return rng.choice(
        [bar, bar, grouped, grouped.replace("-", " "), filled(rng, "0-306-#####-#"), filled(rng, "0#########")]
    )


def version(rng: Random) -> str:
    return filled(
        rng, rng.choice(["1.#.#", "?.#.#.#", "10.0.190##.####", "1.2.3.#", "11#.0.0.0", "#.##.#-rc.1", "2.0.0.#"])
    )


def product(rng: Random) -> str:
    shapes = [
        "0 445 110 ###",
        "AB-####-##",
        "?.###.###-#",
        "06.#####-####",
        "WD##EZRX-00###",
        "E27/###",
        "8K0 ### ### B",
    ]
    return filled(rng, rng.choice([*shapes, "####-###-##"]))


def number(rng: Random) -> str:
    shapes = (
        "3.14159265358979|52.5200, 13.4050|#,###,###,###|-##.######|1.#e-10|?######|##,##|1 000 000|? ### ###|?### ?###"
    )
    return filled(rng, rng.choice([*shapes.split("|"), "6.02214076e23"]))


def hashed(rng: Random) -> str:
    shapes = [draw(rng, HEX, 40), draw(rng, HEX, 7), draw(rng, HEX, 64), str(uuid.UUID(int=rng.getrandbits(128)))]
    mac = ":".join(draw(rng, HEX, 2) for _ in range(6))
    return rng.choice(
        [*shapes, mac, "".join(rng.choice(WORDS) for _ in range(5)), draw(rng, string.ascii_lowercase, 30)]
    )


def table(rng: Random) -> str:
    shape, width = rng.choice(["##", "#.##", "####", "#", "##.#", "###"]), rng.randint(4, 12)
    return "\n".join(" ".join(filled(rng, shape) for _ in range(width)) for _ in range(3))


DECOYS: dict[str, Callable[[Random], str]] = {
    "order": order, "date": date, "price": price, "isbn": isbn, "version": version, "product": product,
    "number": number, "section": lambda rng: filled(rng, "#.#.?.#"), "hash": hashed, "table": table,
    "code": lambda rng: rng.choice(CODE), "prose": lambda rng: rng.choice(PROSE),
}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A value in a text: where it stands, what it is, and the provider of a key."""

    start: int
    end: int
    kind: str
    sort: str


def positive(rng: Random) -> tuple[str, str, str, str]:
    """A template, a value, its kind and its sort."""
    group = rng.choice([*POSITIVE, "KEY", "PHONE"])
    if group == "KEY":
        sort = rng.choice(sorted(KEYS))
        return group, KEYS[sort](rng), "SECRET", sort
    return (
        (group, password(rng), "SECRET", "password")
        if group == "PASSWORD"
        else (group, VALUES[group](rng), group, group)
    )


def labelled_text(rng: Random) -> tuple[str, list[Label], list[Label]]:
    """A text of a few sentences, the values in it, and the decoys in it."""
    text = ""
    labels: list[Label] = []
    decoys: list[Label] = []
    for _ in range(rng.randint(2, 9)):
        real = rng.random() < 0.4
        if real:
            group, value, kind, sort = positive(rng)
        else:
            group = kind = sort = rng.choice(sorted(DECOYS))
            value = DECOYS[group](rng)
        template = rng.choice((POSITIVE if real else NEGATIVE)[group].split("|"))
        start = len(text) + template.format("\0").index("\0")
        text += template.format(value) + rng.choice([" ", " ", "\n"])
        assert text[start : start + len(value)] == value
        (labels if real else decoys).append(Label(start, start + len(value), kind, sort))
    return text, labels, decoys
