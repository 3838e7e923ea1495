"""From pairs to a registered reward model that others can load; the same pairs again cost nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from conf import load_settings
from lakehouse.place import Lakehouse
from lakehouse.provenance import provenance_of
from lakehouse.read import current_version, read
from pipelines.reward.policy import reward_maker
from pipelines.reward.train import TooFewPairs, Trained, train_reward
from pipelines.score.protocol import Score, Subject
from tests.pipelines.engines.tiny import make_tiny_model
from tests.pipelines.reward.pairs_story import COLOURS, NUMBERS, QUICK

PAIRS = 48
SCHEMA = (
    "preference_id string, preference_ids array<string>, prompt_id string, workload string, split string, "
    "messages array<struct<role:string,content:string>>, chosen string, rejected string, tie boolean, margin double, "
    "weight double"
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny"), spread=0.1)


def trained(lakehouse: Lakehouse, base: Path, pairs: int = PAIRS) -> Trained:
    """The step on pairs of which the answer with a colour is the better one; every fourth is held out."""
    resolved = load_settings("test", [*QUICK, f"reward.base={base}", "reward.members=2"])
    rows = [
        (
            f"v{number}",
            [f"v{number}", f"w{number}"],
            f"p{number}",
            "colours",
            "train" if number % 4 else "holdout",
            [("user", f"Say {number}")],
            f"it is {COLOURS[number % 4]}",
            f"it is {NUMBERS[number % 3]}",
            False,
            0.0,
            1.0,
        )
        for number in range(pairs)
    ]
    told = lakehouse.spark.createDataFrame(rows, SCHEMA)
    settings = resolved.settings
    return train_reward(lakehouse, settings.reward, settings.tracking, lambda run: told, provenance_of(resolved), 1)


@pytest.mark.slow
def test_pairs_become_a_model_in_the_registry_and_the_same_pairs_again_cost_nothing(
    lakehouse: Lakehouse, base: Path
) -> None:
    import mlflow
    import pandas
    from mlflow.tracking import MlflowClient

    found = trained(lakehouse, base)
    assert (found.is_new, found.pairs, found.held_out) == (True, 36, 12)
    examples = read(lakehouse, "examples").frame
    assert examples.count() == PAIRS and examples.where("preference_ids = array('v3', 'w3')").count() == 1
    assert not list(lakehouse.place.home.checkpoints.rglob("*.safetensors"))

    maker = reward_maker(lakehouse, load_settings("test", [*QUICK]).settings.reward)
    assert maker.policy_id == found.policy_id and len(maker.folders) == 2
    good, bad = maker().score(
        [Subject("colours", ({"role": "user", "content": "Say 5"},), answer) for answer in ("it is red", "it is one")]
    )
    assert isinstance(good, Score) and isinstance(bad, Score)
    assert good.value is not None and bad.value is not None and good.value > bad.value

    store = f"sqlite:///{lakehouse.place.home.mlflow}/mlflow.db"
    client = MlflowClient(store, registry_uri=store)
    version = client.get_model_version_by_alias("lakewheel-reward", "current")
    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    mlflow.set_tracking_uri(store)
    mlflow.set_registry_uri(store)
    try:
        served = mlflow.pyfunc.load_model(f"models:/lakewheel-reward/{version.version}")
        rewards = served.predict(pandas.DataFrame({"prompt": ["Say 5"], "answer": ["it is red"]}))["reward"]
    finally:
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(before[1])
    assert rewards[0] == pytest.approx(good.value, abs=1e-5)

    versions = current_version(lakehouse, "policies"), current_version(lakehouse, "examples")
    again = trained(lakehouse, base)
    assert (again.is_new, again.policy_id) == (False, found.policy_id)
    assert (current_version(lakehouse, "policies"), current_version(lakehouse, "examples")) == versions


def test_too_few_pairs_say_where_more_come_from(lakehouse: Lakehouse, base: Path) -> None:
    with pytest.raises(TooFewPairs, match="at least 20 pairs to train a reward model on, and there are 6"):
        trained(lakehouse, base, pairs=8)
