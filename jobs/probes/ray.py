"""The probe of Ray: start it on this machine with little memory, run one task, and shut it down whatever happens."""

from __future__ import annotations

import os
import time

OBJECT_STORE_BYTES = 80 * 2**20


def main() -> str:
    """What was found, for the doctor's line."""
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    import ray

    started = time.monotonic()
    try:
        ray.init(
            address="local",
            num_cpus=1,
            object_store_memory=OBJECT_STORE_BYTES,
            include_dashboard=False,
            log_to_driver=False,
        )
        answer = ray.get(ray.remote(_sum).remote([20, 22]))
    finally:
        ray.shutdown()
    if answer != 42:
        raise RuntimeError(f"a task was to add 20 and 22, and answered {answer}")
    return f"{ray.__version__}: started, ran a task and ended in {time.monotonic() - started:.0f} s"


def _sum(numbers: list[int]) -> int:
    return sum(numbers)


if __name__ == "__main__":
    print(main())
