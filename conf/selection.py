"""The section of selection: which logged requests become prompts, of which kind, and for which use."""

from typing import Annotated

from pydantic import Field

from conf.frozen import FrozenMapping
from conf.near_duplicates import NearDuplicateSettings, Threshold
from conf.redaction import RegularExpression
from conf.section import AtLeastOne, Identifier, Section, Text

Days = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]


class SelectionSettings(Section):
    """Which logged requests become prompts, of which workload, and whether for training or for measuring."""

    max_characters: AtLeastOne
    """The longest prompt that is selected, over all its messages; a longer one is rejected with its reason."""
    near_duplicates: NearDuplicateSettings
    workload_rules: FrozenMapping[Identifier, RegularExpression]
    """Workloads by name, each a Python regular expression over the last message; for prompts that the log left open."""
    clustering: bool
    """Whether prompts with no workload get one by their embeddings; else their workload is unsorted."""
    centroid_sample: AtLeastOne
    """How many prompts of a known workload are embedded to find its centre."""
    centroid_similarity: Threshold
    """The cosine similarity to a workload's centre from which a prompt belongs to it."""
    cluster_sample: AtLeastOne
    """How many prompts that belong to no known workload are compared with each other to find new ones."""
    cluster_similarity: Threshold
    """The average cosine similarity down to which groups of such prompts are one new workload."""
    smallest_cluster: AtLeastOne
    """Prompts that a new workload needs; those of smaller groups are unsorted."""
    most_per_person: AtLeastOne | None
    """The most prompts of one person in a round, chosen by a hash; null for all."""
    most_per_workload: AtLeastOne | None
    """The most prompts of one workload in a round, chosen by a hash; null for all."""
    half_life_days: Days | None
    """Days after which a prompt weighs half, counted back from the newest request; null for equal weights."""
    evaluation_sets: tuple[Text, ...]
    """JSON Lines files with `prompt` or `messages` that models are measured on; prompts close to them are rejected."""
    holdout_share: Share
    """The share of prompts that is kept for measuring and never trained on; decided once for each prompt."""
    holdout_salt: Text
    """What the holdout is drawn from, together with a prompt's identity; a new one moves no prompt that is there."""
