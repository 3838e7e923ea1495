"""General instructions and answers from a file, mixed in so that a model forgets less of what it could before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakehouse.rejections import Rejection
from pipelines.files import File
from pipelines.lines import Record, parse_lines
from pipelines.prompts.fields import conversation
from pipelines.prompts.normal import normal_text, prompt_id_of
from pipelines.tune.examples.rows import ASKED, TAUGHT
from pipelines.unfit import Unfit

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MOST_LINE_BYTES = 2**24
MOST_TOLD = 5
WORKLOAD = "replay"


class ReplayUnfit(ValueError):
    """A line of the replay file is no example."""


def replay_rows(file: Path, prompts: DataFrame) -> DataFrame:
    """Rows like those of prompts; what is held out for measuring is not learned here either.

    They are no prompts of ours, so prompt_id is null and `family` is what it would be.
    """
    import pyarrow
    from pyspark.sql import functions as F

    from lakehouse.arrow import arrow_type

    types = {"family": "string", "messages": ASKED["messages"], "answer": "string"}
    read = pyarrow.Table.from_pylist(
        replayed(file), pyarrow.schema([(name, arrow_type(type)) for name, type in types.items()])
    )
    measured = prompts.where("split <> 'train'")
    held_out = measured.select(F.col("prompt_id").alias("family"), F.lit(True).alias("measures"))
    schema = ", ".join(f"{name} {type}" for name, type in types.items())
    named = prompts.sparkSession.createDataFrame(read, schema).join(held_out, on="family", how="left")
    given = {
        "workload": F.lit(WORKLOAD),
        "ended": F.lit(True),
        "candidate_ids": F.array().cast("array<string>"),
        "is_replay": F.lit(True),
        "left_out": F.when(F.col("measures"), "held_out"),
    }
    rest = {name: F.lit(None).cast(type) for name, type in (TAUGHT | ASKED).items() if name not in (types | given)}
    return named.withColumns(given | rest).select(*TAUGHT, *ASKED)


def replayed(file: Path) -> list[dict[str, Any]]:
    """The conversations and answers of a JSONL file, each once; a line that is none stops everything."""
    parsed = list(parse_lines(File(str(file), file.name), _row, MOST_LINE_BYTES))
    unfit = [piece for piece in parsed if isinstance(piece, Rejection)]
    if unfit:
        raise ReplayUnfit(_complaint(file, unfit))
    rows = [piece for piece in parsed if isinstance(piece, dict)]
    if not rows:
        raise ReplayUnfit(f"expected examples in {file}, and it is empty. Fill it, or set tune.examples.replay: null.")
    once = {(row["family"], row["answer"]): row for row in reversed(rows)}
    return list(reversed(once.values()))


def _row(record: Record, file: File, number: int) -> dict[str, Any]:
    given = record.get("messages")
    if (given is None) == (record.get("prompt") is None):
        raise Unfit("no_prompt", "Expected either `messages` or `prompt`.")
    messages = conversation([{"role": "user", "content": record["prompt"]}] if given is None else given)
    answer = record.get("answer")
    if not isinstance(answer, str) or not answer.strip():
        raise Unfit("no_answer", "Expected text under `answer`.")
    normal = [{"role": one["role"], "content": normal_text(one["content"])} for one in messages]
    return {"family": prompt_id_of(normal), "messages": messages, "answer": answer.strip()}


def _complaint(file: Path, unfit: Sequence[Rejection]) -> str:
    told = "\n".join(f"  - {file}:{one.source_line}: {one.detail}" for one in unfit[:MOST_TOLD])
    more = f"\n  and {len(unfit) - MOST_TOLD} more" if len(unfit) > MOST_TOLD else ""
    return (
        "expected a JSON object on every line of the replay file, with `messages` or `prompt`, and `answer`:\n"
        f"{told}{more}\nMend these lines, or set tune.examples.replay: null."
    )
