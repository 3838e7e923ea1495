"""Everything that a home holds, as one text, to look for what must not be in it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet

SAID = ("email", "phone", "card", "iban", "ip", "token", "user")
"""What the example company's canary says of itself in prompts, and can be told by its form or by `user`."""


def everything_in(home: Path, but: Path | None = None) -> str:
    """Every value of every file, whatever it is: Parquet read as rows, the rest as the bytes are."""
    files = [file for file in home.rglob("*") if file.is_file() and (but is None or but not in file.parents)]
    parquet = [file for file in files if file.suffix == ".parquet"]
    assert parquet
    values = [repr(pyarrow.parquet.read_table(file).to_pylist()) for file in parquet]
    return "\n".join(values + [file.read_text(errors="replace") for file in files if file not in parquet])
