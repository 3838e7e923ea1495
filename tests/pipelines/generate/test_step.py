"""Generation end to end with the echo engine: what is wanted is drawn once, refusals stay refused, counts balance."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lakehouse.place import Lakehouse
from lakehouse.read import current_version, read
from lakehouse.write import append_missing
from pipelines.crew.crew import CrewFailed
from pipelines.generate.plan import rated_examples
from tests.lakehouse.rows import SCORE, frame, stored
from tests.pipelines.generate.story import add_prompts, add_rating, generated


@pytest.fixture(scope="module", autouse=True)
def one_ray() -> Iterator[None]:
    """One cluster for all tests here; the step joins it and leaves it running."""
    import ray

    ray.init(address="local", num_cpus=2, object_store_memory=80 * 2**20, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


def versions(lakehouse: Lakehouse) -> dict[str, int]:
    return {name: current_version(lakehouse, name) for name in lakehouse.place.local_tables()}


def test_every_wanted_sample_is_drawn_once_and_a_rerun_writes_nothing(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How much is the Otter?", "b": "Where is the depot?"})
    add_prompts(lakehouse, {"held": "Held out?"}, split="holdout")
    add_prompts(lakehouse, {"copy": "How much is the Otter ?"}, near_duplicate_of="a")
    first = generated(lakehouse)
    assert (first.planned, first.prompts, first.new, first.rejected) == (4, 2, 4, 0)
    assert stored(lakehouse, "candidates", "prompt_id") == ["a", "a", "b", "b"]
    before = versions(lakehouse)
    again = generated(lakehouse)
    assert (again.planned, again.new) == (0, 0)
    assert versions(lakehouse) == before

    add_prompts(lakehouse, {"c": "And the Heron?"})
    assert generated(lakehouse).new == 2
    run = read(lakehouse, "runs").frame.where("step = 'generate'").orderBy("started_at").collect()
    assert [(row.rows_in, row.rows_out, row.rows_new) for row in run] == [(4, 4, 4), (2, 2, 2)]
    costs = read(lakehouse, "costs").frame.orderBy("answer_tokens").collect()
    assert [(row.workload, row.model) for row in costs] == [("facts", "echo")] * 2


def test_an_answer_to_a_held_out_prompt_is_shown_to_no_model(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"held": "Held out?"}, split="holdout")
    add_prompts(lakehouse, {"a": "How much is the Otter?"})
    for name in ("held", "a", "unknown"):
        add_rating(lakehouse, name, prompt_id=name, answer=f"The answer to {name}.")
    shots = rated_examples(read(lakehouse, "ratings").frame, read(lakehouse, "prompts").frame, 4.0)
    assert [shot.rating_id for shot in shots] == ["a", "unknown"]


@pytest.mark.slow
def test_a_prompt_that_no_model_can_see_whole_is_refused_once_with_its_reason(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"long": "word " * 5000, "short": "How much?"})
    found = generated(lakehouse)
    assert (found.planned, found.new, found.rejected) == (4, 2, 2)
    refused = read(lakehouse, "rejections").frame.collect()
    assert {row.reason for row in refused} == {"too_long_for_model"}
    assert all("Prompt long, strategy bare." in row.detail for row in refused)
    assert generated(lakehouse).planned == 0


@pytest.mark.slow
def test_a_prompt_that_kills_its_actor_costs_nobody_else(lakehouse: Lakehouse) -> None:
    armed = {"LAKEWHEEL_POISON": "1"}
    texts = {f"p{number}": f"Question {number}?" for number in range(6)} | {"bad": "LAKEWHEEL-POISON now"}
    add_prompts(lakehouse, texts)
    found = generated(lakehouse, armed=armed)
    assert (found.planned, found.new, found.rejected) == (14, 12, 2)
    refused = read(lakehouse, "rejections").frame.collect()
    assert [row.reason for row in refused] == ["kills_its_actor"] * 2
    assert "tried 3 times" in refused[0].detail
    assert "bad" not in stored(lakehouse, "candidates", "prompt_id")
    assert generated(lakehouse, armed=armed).planned == 0


@pytest.mark.slow
def test_where_scores_disagree_more_is_drawn_and_where_they_agree_nothing(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"apart": "Which of two?", "agreed": "The one answer?", "unscored": "Not scored yet?"})
    assert generated(lakehouse).new == 6
    rows = read(lakehouse, "candidates").frame.orderBy("prompt_id", "sample_index").collect()
    value = {("agreed", 0): 0.5, ("agreed", 1): 0.5, ("apart", 0): 0.1, ("apart", 1): 0.9}
    scores = [
        SCORE | {"candidate_id": row.candidate_id, "prompt_id": row.prompt_id, "scorer": "combined", "value": one}
        for row in rows
        if (one := value.get((row.prompt_id, row.sample_index))) is not None
    ]
    assert len(scores) == 4
    append_missing(lakehouse, "scores", frame(lakehouse, "scores", scores))
    assert generated(lakehouse).new == 2
    assert stored(lakehouse, "candidates", "prompt_id") == ["agreed"] * 2 + ["apart"] * 4 + ["unscored"] * 2


@pytest.mark.slow
def test_examples_come_from_the_workload_and_a_workload_without_any_is_passed_over(lakehouse: Lakehouse) -> None:
    add_rating(lakehouse, "good", prompt="Which one carries two?", answer="The Otter.")
    add_rating(lakehouse, "poor", prompt="How heavy?", answer="No idea.", rating=2.0)
    add_prompts(lakehouse, {"a": "How much is the Otter?"})
    add_prompts(lakehouse, {"b": "Dear sirs"}, workload="letters")
    generated(lakehouse, "generate.use=[examples]", "generate.first_samples=1")
    rows = read(lakehouse, "candidates").frame.collect()
    assert [(row.prompt_id, row.strategy) for row in rows] == [("a", "examples/1")]
    # echo counts words: the example's question (4) and answer (2), then the prompt's own (5)
    assert rows[0].prompt_tokens == 4 + 2 + 5


def test_an_engine_that_fails_on_everything_rejects_nothing(lakehouse: Lakehouse) -> None:
    add_prompts(lakehouse, {"a": "How much?"})
    with pytest.raises(CrewFailed, match="nothing was rejected"):
        generated(lakehouse, broken=True)
    assert "rejections" not in lakehouse.place.local_tables()
    assert stored(lakehouse, "runs", "status") == ["failed"]
