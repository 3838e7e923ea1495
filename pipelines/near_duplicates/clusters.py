"""Clusters of near texts: in each, one stays, and every other one is told which."""

from __future__ import annotations

from typing import Any

from pipelines.near_duplicates.asked import Rows, asked, in_order
from pipelines.near_duplicates.components import MOST_ON_DRIVER, components

BOTH_NEW = """
SELECT pair.entity_id, pair.other_id FROM {pairs} AS pair ANTI JOIN {known} AS there ON there.entity_id = pair.other_id
"""
SURVIVORS = """
WITH labelled AS (
    SELECT pair.entity_id, 0 AS is_new, there.survivor_id AS label
    FROM {{pairs}} AS pair JOIN {{known}} AS there ON there.entity_id = pair.other_id
    UNION SELECT entity_id, 1, entity_id FROM {{pairs}}
    UNION SELECT other_id, 1, other_id FROM {{both_new}}
)
SELECT DISTINCT labelled.entity_id, first_value(label) OVER (
    PARTITION BY coalesce(component, labelled.entity_id) ORDER BY is_new, {order}, label
) AS survivor_id
FROM labelled JOIN {{standing}} AS standing ON standing.entity_id = label
LEFT JOIN {{together}} AS together ON together.entity_id = labelled.entity_id
"""


def survivors(
    pairs: Rows, known: Rows, standing: Rows, order: tuple[str, ...], most_on_driver: int = MOST_ON_DRIVER
) -> Any:
    """From near pairs, each of a new text (entity_id) and another (other_id), to entity_id and survivor_id of the new.

    One that is kept survives itself. The known ones among the others have a survivor_id, and all that may survive stand
    in `standing` with the columns by which they are ordered: the smallest stays, and nothing comes last. What is known
    stands before what is new and passes nothing on: two clusters that a new text lies between stay two.
    """
    both_new = asked(BOTH_NEW, pairs=pairs, known=known)
    together = components(both_new, most_on_driver)
    query = SURVIVORS.format(order=in_order(order))
    return asked(query, pairs=pairs, known=known, both_new=both_new, standing=standing, together=together)
