"""From scored candidates to a model that others can load; a second run finds nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import load_settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.budget import Budget
from pipelines.documents.mixture.recipe import Recipe
from pipelines.generate.policy import policy_to_use
from pipelines.tune.beginning import beginning_policy
from pipelines.tune.step import TooFewExamples, Tuned, tune
from tests.lakehouse.rows import DOCUMENT, SCORE, frame, stored
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.generate.story import add_prompts
from tests.pipelines.score.story import add_candidates
from tests.pipelines.tune.tune_story import QUICK

PROMPTS = 24


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.05)


def add_scored(lakehouse: Lakehouse, prompts: int = PROMPTS) -> None:
    """To each prompt a colour that is good, and a number that is bad."""
    names = [f"p{number:02}" for number in range(prompts)]
    add_prompts(lakehouse, {name: f"Say {name}" for name in names})
    add_candidates(lakehouse, {name: ["red", "one"] for name in names})
    scores = [
        SCORE | {"candidate_id": f"{name}{number}", "prompt_id": name, "scorer": "combined", "value": value}
        for name in names
        for number, value in enumerate((1.0, -1.0))
    ]
    append_missing(lakehouse, "scores", frame(lakehouse, "scores", scores))


def tuned(lakehouse: Lakehouse, base: Path, *overrides: str) -> Tuned:
    resolved = load_settings("test", [*QUICK, f"model.base={base}", "engine.kind=transformers", *overrides])
    settings = resolved.settings
    parent = policy_to_use(lakehouse, settings.model, settings.engine)
    recipe = Recipe(settings.mixture, settings.quality)
    budget = Budget("tune", settings.budgets.tune, settings.prices.device_hour)
    return tune(lakehouse, settings.tune, recipe, settings.tracking, parent, provenance_of(resolved), 1, budget=budget)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_tuning_whose_budget_is_spent_halts_says_so_and_goes_on_when_it_is_raised(
    lakehouse: Lakehouse, base: Path
) -> None:
    wanted = ("tune.examples.least=8", "tune.training.epochs=2")
    add_scored(lakehouse)
    halted = tuned(lakehouse, base, *wanted, "budgets.tune.most_tokens=1")
    assert halted.stopped and not halted.is_new
    assert "stopped before step 2 of" in halted.stopped and "budgets.tune.most_tokens is 1, and" in halted.stopped
    (used,) = stored(lakehouse, "costs", "trained_tokens")
    assert "tuned" not in stored(lakehouse, "policies", "kind")
    again = tuned(lakehouse, base, *wanted, "budgets.tune.most_tokens=1")
    assert again.stopped and stored(lakehouse, "costs", "trained_tokens") == [0, used]

    found = tuned(lakehouse, base, *wanted)
    assert found.is_new and found.stopped is None and found.policy_id == halted.policy_id
    assert sum(stored(lakehouse, "costs", "trained_tokens")) == found.tokens > used


@pytest.mark.slow
def test_the_best_answers_become_a_model_that_anyone_loads_and_that_is_made_once(
    lakehouse: Lakehouse, base: Path
) -> None:
    import mlflow
    from mlflow.tracking import MlflowClient

    add_scored(lakehouse)
    found = tuned(lakehouse, base, "tune.examples.least=8", "tune.training.epochs=6")
    assert found.is_new and found.examples + found.held_out == PROMPTS and found.held_out > 0
    (row,) = [one.asDict() for one in read(lakehouse, "policies").frame.where("kind = 'tuned'").collect()]
    assert (row["policy_id"], row["method"], row["round"]) == (found.policy_id, "best_of_n", 1)
    assert row["parent_policy_id"] == found.parent_policy_id
    assert read(lakehouse, "examples").frame.where(f"example_set_id = '{row['example_set_id']}'").count() == PROMPTS
    assert stored(lakehouse, "costs", "trained_tokens") == [found.tokens]

    client = MlflowClient(f"sqlite:///{lakehouse.place.home.mlflow}/mlflow.db")
    run = client.get_run(row["tracking_run_id"])
    assert {one.dataset.name for one in run.inputs.dataset_inputs} >= {"candidates", "scores", "prompts"}
    above = client.get_run(run.data.tags["mlflow.parentRunId"])
    assert above.info.run_name == "round 1"
    assert {one.path for one in client.list_artifacts(row["tracking_run_id"])} >= {"card.md", "course.png"}

    folder = lakehouse.place.home.models / row["location"]
    assert plain_answer(folder, "Say p01").startswith("red")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{lakehouse.place.home.mlflow}/mlflow.db")
    try:
        (logged,) = client.search_logged_models([run.info.experiment_id])
        served = mlflow.pyfunc.load_model(f"models:/{logged.model_id}")
        asked = {"messages": [{"role": "user", "content": "Say p01"}], "max_tokens": 8, "temperature": 0.001}
        answer = served.predict(asked)[0]["choices"][0]["message"]["content"]
    finally:
        mlflow.set_tracking_uri(before)
    assert answer == plain_answer(folder, "Say p01")

    version = current_version(lakehouse, "policies"), current_version(lakehouse, "examples")
    again = tuned(lakehouse, base, "tune.examples.least=8", "tune.training.epochs=6", "tune.dpo.beta=0.5")
    assert (again.is_new, again.policy_id) == (False, found.policy_id)
    assert (current_version(lakehouse, "policies"), current_version(lakehouse, "examples")) == version


def plain_answer(folder: Path, text: str) -> str:
    """What transformers alone makes of the files."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    asked = tokenizer.apply_chat_template(
        [{"role": "user", "content": text}], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    drawn = model.generate(**asked, do_sample=False, max_new_tokens=8)
    return str(tokenizer.decode(drawn[0, asked["input_ids"].shape[1] :], skip_special_tokens=True))


def test_too_few_examples_say_what_was_left_out_and_why(lakehouse: Lakehouse, base: Path) -> None:
    add_scored(lakehouse, 4)
    with pytest.raises(TooFewExamples, match="expected at least 20 examples to learn from by dpo, and there") as told:
        tuned(lakehouse, base, "tune.method=dpo", "tune.examples.least_gap=5.0")
    assert "4 left out, for the answers' scores lie closer together than tune.examples.least_gap" in str(told.value)
    assert stored(lakehouse, "runs", "status") == ["failed"]
    assert not lakehouse.exists("policies")


@pytest.mark.slow
def test_a_model_that_begins_with_nothing_learns_from_documents(lakehouse: Lakehouse) -> None:
    texts = {
        f"{number:032x}": f"Machine {number} is a tea urn, and its filter is rinsed on Monday. " * 3
        for number in range(60)
    }
    rows = [DOCUMENT | {"document_id": name, "text": text, "characters": len(text)} for name, text in texts.items()]
    append_missing(lakehouse, "documents", frame(lakehouse, "documents", rows))
    begin = "{vocabulary: 400, layers: 2, heads: 2, head_width: 16, context: 64}"
    resolved = load_settings(
        "test",
        [
            *QUICK,
            "tune.method=pretrain",
            f"tune.pretrain.begin={begin}",
            "tune.pretrain.tokens_per_example=32",
            "tune.training.adapter_rank=null",
        ],
    )
    settings = resolved.settings
    recipe = Recipe(settings.mixture, settings.quality)
    parent = beginning_policy(lakehouse, settings.tune, recipe)
    assert beginning_policy(lakehouse, settings.tune, recipe) == parent, (
        "the same documents and measures are the same model"
    )
    found = tune(lakehouse, settings.tune, recipe, settings.tracking, parent, provenance_of(resolved), 1)
    assert found.is_new and found.held_out > 0
    # a guess among 400 tokens has a loss of log 400, about 6; the texts differ in their numbers alone
    assert found.holdout["holdout_loss"] < 3.0
    assert {row.kind for row in read(lakehouse, "policies").frame.collect()} == {"base", "tuned"}
    named = {name for row in read(lakehouse, "examples").frame.collect() for name in row.document_ids}
    assert named == set(texts)
