"""From tables to examples: only what may train does, everything else is counted, and equal tables give equal sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as F

from conf.tune import Method, TuneSettings
from lakehouse.frames import completed, held
from lakehouse.place import Lakehouse
from lakehouse.provenance import Provenance
from lakehouse.rim import step_run
from lakehouse.tables import table_named
from pipelines.documents.mixture.recipe import Recipe
from pipelines.prompts.holdout import is_holdout
from pipelines.training.sealed import seal, unsealed
from pipelines.training.set_identity import set_id_of
from pipelines.tune.encoding import reader_of
from pipelines.tune.examples.make import examples_among, taught, tune_examples
from pipelines.tune.examples.tally import left_out_in_words, tallies_of
from tests.lakehouse.rows import frame
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.generate.story import settings_of
from tests.pipelines.reward.pairs.story import add, asked, logged, rated
from tests.pipelines.tune.examples.story import ANSWERS, Drawn, candidate_rows, score_rows

METHODS: tuple[Method, ...] = ("sft", "dpo", "kto", "grpo")
"""The best answers of best_of_n are chosen as those of dpo are, and made below."""
SECRET = "what nobody may learn"
GIVEN = ANSWERS | {
    "kept": [Drawn(SECRET, 9.0), Drawn("worse", 1.0)],
    "later": [Drawn(SECRET, 9.0), Drawn("worse", 1.0)],
    "erased": [Drawn(SECRET, 9.0), Drawn("worse", 1.0)],
    "long": [Drawn("far too " * 40 + "long", 9.0), Drawn("worse", 1.0)],
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"))


def tables() -> dict[str, list[dict[str, Any]]]:
    """Prompts in training, held out and of later; one was erased, and only its answers are still there."""
    trains = {"request_ids": ["q1", "q2"]}
    prompts = [asked(f"Prompt {name}?", prompt_id=name, **trains) for name in (*ANSWERS, "long")]
    prompts.append(asked("Kept?", prompt_id="kept", split="holdout", request_ids=["q3"]))
    prompts.append(asked("Later?", prompt_id="later", round=9, request_ids=["q3"]))
    golds = [("p", "the otter"), ("kept", SECRET), ("later", SECRET), ("erased", SECRET)]
    return {
        "prompts": prompts,
        "candidates": candidate_rows(GIVEN),
        "scores": [row for row in score_rows(GIVEN) if row["value"] == row["value"]],
        "ratings": [rated(name, "?", gold, 5.0, True) | {"prompt_id": name} for name, gold in golds],
        "requests": [logged("q1", "?", "logged", "up"), logged("q3", "?", SECRET, "up")],
    }


RECIPE = Recipe(settings_of().mixture, settings_of().quality)


def settings(method: Method, *overrides: str) -> TuneSettings:
    short = ("tune.examples.most_tokens=200", "tune.examples.holdout_share=0.3", f"tune.method={method}")
    return settings_of(*short, *overrides).tune


def test_no_method_learns_from_what_is_held_out_later_or_erased(lakehouse: Lakehouse, base: Path) -> None:
    frames = {name: frame(lakehouse, name, rows) for name, rows in tables().items()}
    decode = reader_of(str(base), 200).tokenizer.decode
    answers: dict[str, set[str]] = {}
    for method in METHODS:
        wanted = settings(method)
        rows = taught(examples_among(frames, wanted, base, "base", 2, ["policy"]), wanted.examples).collect()
        answers[method] = {decode(row.tokens[row.answer_start :]).removesuffix("<|im_end|>") for row in rows}
        salt, share = wanted.examples.holdout_salt, wanted.examples.holdout_share
        assert {row.prompt_id: row.split == "holdout" for row in rows} == {
            row.prompt_id: is_holdout(row.prompt_id, salt, share) for row in rows
        }
        assert {row.method for row in rows} == {method}
    assert answers == {
        "sft": {"the otter"},
        "dpo": {"good", "better", "first"},
        "kto": {"good", "bad", "failed a gate", "logged", "better", "worse", "first", "second", "third", "last"},
        "grpo": {"good", "middling", "bad", "failed a gate", "better", "worse", "first", "second", "third", "last"},
    }


@pytest.mark.slow
def test_what_is_made_fits_the_table_and_is_the_same_when_it_is_made_again(
    lakehouse: Lakehouse, provenance: Provenance, base: Path, tmp_path: Path
) -> None:
    for name in ("prompts", "candidates", "scores"):
        add(lakehouse, name, *tables()[name])
    file = tmp_path / "replay.jsonl"
    file.write_text("".join(json.dumps({"prompt": f"Say {n}", "answer": str(n)}) + "\n" for n in range(5)))
    wanted = settings("best_of_n", f"tune.examples.replay={file}", "tune.examples.replay_share=0.2")
    with step_run(lakehouse, "tune", provenance, 2) as run:
        with held(tune_examples(run, wanted, RECIPE, base, "base", 2, None)) as found:
            examples = taught(found, wanted.examples)
            set_id = set_id_of(examples, wanted.method, "settings")
            named = examples.withColumn("example_set_id", F.lit(set_id))
            run.take(8)
            run.append("examples", completed(table_named("examples"), named))
            seal(tmp_path / "set", set_id, named.toArrow())
            tallies = tallies_of(found)
        again = tune_examples(run, wanted, RECIPE, base, "base", 2, None).repartition(3)
        assert set_id_of(taught(again, wanted.examples), wanted.method, "settings") == set_id
    sealed = unsealed(tmp_path / "set")
    rows = [*sealed["train"], *sealed["holdout"]]
    assert len({row["example_id"] for row in rows}) == len(rows) == 8
    counts = {row["example_id"]: row["weight"] * (len(row["tokens"]) - row["answer_start"]) for row in sealed["train"]}
    replayed = sum(counts[row["example_id"]] for row in sealed["train"] if row["prompt_id"] is None)
    assert replayed / sum(counts.values()) == pytest.approx(0.2)
    # with every policy the best answer to p is another one's
    assert ["p9"] in [row["candidate_ids"] for row in rows]
    lost = {"too_long": 1, "no_gap": 1, "single_answer": 1, "gated": 1, "unscored": 1}
    counted = {one.workload: (one.train + one.holdout, one.left_out) for one in tallies}
    assert counted == {"facts": (3, lost), "replay": (5, {}), "unknown": (0, {"unknown_prompt": 1})}
    assert "facts: 1 left out, for no answer passed the gates." in left_out_in_words(tallies)
