"""Libraries that load models talk on standard output, where programs expect JSON: a place where they do not."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def quiet_loading() -> Iterator[None]:
    """No progress bars, and nothing on standard output; warnings of substance go to standard error as ever."""
    from transformers.utils import logging

    were_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        if were_shown:
            logging.enable_progress_bar()


@contextmanager
def only_errors() -> Iterator[None]:
    """transformers keeps warnings of what is meant to itself, such as of weights that begin at random."""
    from transformers.utils import logging

    level = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
