"""Redaction runs on every worker: it loads nothing before it needs it."""

import subprocess
import sys

HEAVY = ("pyspark", "pandas", "numpy", "ray", "torch", "phonenumbers", "stdnum", "pydantic", "conf")


def loaded_after(program: str) -> set[str]:
    printed = f"{program}\nimport sys\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", printed], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_redaction_loads_neither_its_libraries_nor_the_settings() -> None:
    assert loaded_after("import pipelines.redaction") & set(HEAVY) == set()


def test_the_libraries_come_with_the_first_text_that_needs_them() -> None:
    program = (
        "from pipelines.redaction.cards import find_cards\n"
        "from pipelines.redaction.emails import find_emails\n"
        "list(find_emails('anna@web.de')), list(find_cards('4111 1111 1111 1111'))"
    )
    assert loaded_after(program) & set(HEAVY) == {"stdnum"}
