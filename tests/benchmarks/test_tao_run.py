"""A run of the TAO benchmark: what is there is not done again, one arm's failure stops no other, homes are copied."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.tao import run
from benchmarks.tao.arms import ARMS, SCORED, Bench
from benchmarks.tao.homes import TRAINED, Homes
from benchmarks.tao.prompts import SHOWN, Prompt, split_of
from benchmarks.tao.tasks import KINDS, TASKS
from conf import load_settings
from pipelines.models.embedded import NAME

KIND = "commonsense_qa_question_answering"


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Data of one kind, and a home whose reward model is said to be trained already; no weights are needed to echo."""
    rows = [{"prompt": f"Which is {n}?", "completion": f"it is {n}", "template": KIND} for n in range(20)]
    file = tmp_path / "data" / KINDS
    file.parent.mkdir(parents=True)
    with gzip.open(file, "wt") as lines:
        lines.write("".join(json.dumps(row) + "\n" for row in rows))
    home = tmp_path / "work" / "homes" / "unseen-choosing"
    (home / "models" / NAME).mkdir(parents=True)
    (home / "models" / NAME / "weights").write_text("heavy")
    (home / "tables" / "preferences").mkdir(parents=True)
    (home / "tables" / "preferences" / "part").write_text("light")
    (home / "mlflow").mkdir()
    trained = {"policy_id": "reward1", "pairs": 30, "held_out": 6, "accuracy": 0.5}
    (home / TRAINED).write_text(json.dumps(trained))
    return tmp_path


def benchmark(folder: Path, monkeypatch: pytest.MonkeyPatch, arms: str, *more: str) -> None:
    places = ["--data", str(folder / "data"), "--home", str(folder / "work")]
    sizes = ["--tasks", "choice", "--seeds", "1,2", "--each", "4", "--held", "5", "--set", "engine.kind=echo"]
    monkeypatch.setattr(sys, "argv", ["run", *places, *sizes, "--arms", arms, *more])
    run.main()


def test_a_run_leaves_a_file_for_each_arm_and_goes_on_where_it_was(
    prepared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    benchmark(prepared, monkeypatch, "base,few_shot")
    results = prepared / "work" / "results" / "choice"
    files = {file: file.read_text() for file in sorted(results.rglob("*.json"))}
    assert [str(file.relative_to(results)) for file in files] == [
        f"{seed}/{arm}.json" for seed in (1, 2) for arm in ("base", "few_shot")
    ]
    assert all(len(json.loads(text)["prompts"]) == 5 for text in files.values())
    capsys.readouterr()
    benchmark(prepared, monkeypatch, "base,few_shot,concise")
    assert {file: file.read_text() for file in files} == files
    told = capsys.readouterr().out
    assert told.count("is there") == 4
    page = (prepared / "work" / "table.md").read_text()
    assert page.startswith("| task | base | concise | few_shot |")
    assert "30 pairs of other kinds of work (0.500 of 6 held-out right)" in page


def test_an_arm_that_fails_stops_no_other_and_is_named_at_the_end(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit, match="no result.*: choice-1-best_of_n, choice-2-best_of_n$"):
        benchmark(prepared, monkeypatch, "best_of_n,base")  # the reward model has no files
    results = prepared / "work" / "results" / "choice"
    assert sorted(file.name for file in results.rglob("*.json")) == ["base.json", "base.json"]


def test_a_second_round_wants_the_first(prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="choice-1-tao_again"):
        benchmark(prepared, monkeypatch, "tao_again")


def test_a_copied_home_shares_models_and_nothing_that_knows_its_address(prepared: Path) -> None:
    homes = Homes(prepared / "work", prepared / "data", 1, ())
    unfinished = homes.folder / "homes" / "choice-1-tao.unfinished"
    (unfinished / "tables" / "of a run that was killed").mkdir(parents=True)
    copy = homes.fresh("choosing", "choice-1-tao")
    source = homes.folder / "homes" / "unseen-choosing"
    assert sorted(one.name for one in copy.iterdir()) == ["models", "tables", TRAINED]
    assert [one.name for one in (copy / "tables").iterdir()] == ["preferences"]
    assert (copy / "models" / NAME / "weights").samefile(source / "models" / NAME / "weights")
    assert not (copy / "tables" / "preferences" / "part").samefile(source / "tables" / "preferences" / "part")
    (copy / "tables" / "preferences" / "more").write_text("of this round")
    assert homes.fresh("choosing", "choice-1-tao") == copy
    assert (copy / "tables" / "preferences" / "more").is_file()


@pytest.mark.parametrize("name", sorted(TASKS))
def test_the_settings_of_a_round_are_settings_and_draw_eight_answers(name: str, tmp_path: Path) -> None:
    prompts = [Prompt(f"Question {number}?", ("so",)) for number in range(4 + SHOWN)]
    homes = Homes(tmp_path, tmp_path, 1, ("tune.training.epochs=9",))
    bench = Bench(TASKS[name], 3, split_of(prompts, 3, each=2, held=2), homes, lambda arm: None)
    for strategies in (TASKS[name].strategies, (*TASKS[name].strategies[-1:], "examples"), ("bare",)):
        settings = load_settings(overrides=bench.overrides(strategies)).settings
        orders = [settings.generate.strategies[one].orders for one in settings.generate.use]
        assert settings.generate.use == strategies
        assert settings.generate.first_samples * sum(orders) == settings.generate.most_samples * sum(orders) == 8
        assert settings.selection.holdout_share == 0.0
        assert (settings.tune.seed, settings.tune.training.epochs) == (3, 9)
        assert settings.generate.max_tokens == TASKS[name].max_tokens


def test_scored_answers_are_those_of_the_round_with_both_scores() -> None:
    database = duckdb.connect()
    database.execute("CREATE TABLE candidates (candidate_id text, prompt_id text, answer text, round int)")
    database.execute("CREATE TABLE scores (candidate_id text, scorer text, value double)")
    database.execute(
        "INSERT INTO candidates VALUES ('c1', 'p', 'one', 1), ('c2', 'p', 'two', 1), ('c3', 'p', 'three', 2)"
    )
    rows = [(f"c{n}", scorer, value + n) for n in (1, 2, 3) for scorer, value in (("combined", 0.1), ("reward", 0.5))]
    database.executemany("INSERT INTO scores VALUES (?, ?, ?)", rows)
    database.execute("INSERT INTO scores VALUES ('c1', 'agreement', 0.9)")
    found = database.execute(SCORED.format(round=1)).fetchall()
    assert found == [("p", "one", 1.1, 1.5), ("p", "two", 2.1, 2.5)]


def test_what_needs_labels_is_said_of_every_arm() -> None:
    assert {name for name, arm in ARMS.items() if arm.needs_labels} == {"few_shot", "sft", "tao_five", "tao_five_again"}
