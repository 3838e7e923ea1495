"""A reward model as a policy: where its members lie, its row in the table policies, and finding the one to score by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conf import RewardSettings
from lakehouse.identity import identity
from lakehouse.place import Lakehouse
from lakehouse.read import read
from pipelines.models.encoder import LICENCE
from pipelines.models.weights import EMBEDDED, digest_of
from pipelines.policies.making import Making
from pipelines.policies.newest import newest_policy
from pipelines.reward.scoring import RewardMaker
from pipelines.training.job import Outcome

KIND = "reward"


class RewardMissing(LookupError):
    """There is no reward model to score with."""


def reward_policy_row(
    settings: RewardSettings, made: Making, round: int | None, outcomes: Sequence[Outcome], tracking_run_id: str
) -> dict[str, Any]:
    """The row that says how it came to be."""
    return made.row(
        round,
        outcomes,
        method="bradley-terry",
        model_digest=identity(*(digest_of(folder) for folder in sorted(made.kept.glob("member-*")))),
        location=str(made.kept.relative_to(made.home.models)),
        licence=LICENCE if settings.base == EMBEDDED else settings.licence,
        tracking_run_id=tracking_run_id,
    )


def reward_maker(lakehouse: Lakehouse, settings: RewardSettings, policy_id: str | None = None) -> RewardMaker:
    """What scores by a reward model: the one that is named, or the newest."""
    row = reward_row(lakehouse, policy_id)
    folder = lakehouse.place.home.models / row["location"]
    members = sorted(str(one) for one in folder.glob("member-*"))
    if not members:
        raise RewardMissing(f"the files of reward model {row['policy_id']} are not at {folder}. Train it again.")
    return RewardMaker(row["policy_id"], row["model_digest"], tuple(members), settings)


def has_reward_model(lakehouse: Lakehouse) -> bool:
    """Whether there is one to score with."""
    return lakehouse.exists("policies") and bool(read(lakehouse, "policies").frame.where(f"kind = '{KIND}'").count())


def reward_row(lakehouse: Lakehouse, policy_id: str | None = None) -> dict[str, Any]:
    """The row of the reward model that is named, or of the newest."""
    found = newest_policy(lakehouse, KIND, policy_id)
    if found is not None:
        return found
    named = f"with the id {policy_id}" if policy_id else "in the table policies"
    raise RewardMissing(f"expected a reward model {named}, and there is none. `lakewheel reward train` makes one.")
