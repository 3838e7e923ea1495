"""The daemon from which Spark forks its Python workers, without archives on its path.

Before every task Spark 4.1 has a worker forget what it knows of its path, and Python then reads the table of each
archive on it anew: of Spark's own JAR alone that takes a sixth of a second (SPARK-54744, mended in 4.2). Nothing is
imported from these archives that is not installed beside us.
"""

from __future__ import annotations

import sys

ARCHIVES = (".jar", ".zip")


def main() -> None:
    """Spark's own daemon, imported from where it is installed."""
    for place in [place for place in sys.path if place.endswith(ARCHIVES)]:
        sys.path.remove(place)
        sys.path_importer_cache.pop(place, None)
    from pyspark.daemon import manager

    manager()


if __name__ == "__main__":
    main()
