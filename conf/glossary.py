"""The resolved settings as a glossary: each value, where it came from and what it means."""

import json
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from conf.load import Resolved
from conf.nodes import as_tree, dotted, leaves, plain
from conf.settings import Settings
from conf.shapes import meaning_at

LEFT_OUT = "left out"
"""Where a value came from that an entry of a list does without; everything else is written in some file."""


@dataclass(frozen=True)
class Entry:
    """One line of the glossary."""

    path: str
    value: Any
    origin: str
    meaning: str

    @property
    def section(self) -> str:
        return self.path.partition(".")[0]

    @property
    def value_text(self) -> str:
        """As one would write it in YAML."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return self.value if isinstance(self.value, str) else json.dumps(self.value, ensure_ascii=False)


def glossary(resolved: Resolved) -> list[Entry]:
    """Every setting, in the order in which the classes declare them."""
    tree = as_tree(resolved.settings.model_dump(mode="json"), "")
    named = [(path, dotted(path), leaf) for path, leaf in leaves(tree)]
    origins = {name: LEFT_OUT for _, name, _ in named} | dict(resolved.origins)
    return [Entry(name, plain(leaf), origins[name], meaning_at(Settings, path, tree)) for path, name, leaf in named]


SETTINGS_PAGE = """# Settings

Written by `lakewheel settings --markdown`; the values are those of the environment `demo`.

A settings file of yours holds only what differs, and says what it differs from:

```yaml
extends: base        # base, demo, dev, staging, prod, or another file beside it
environment: ours
documents: {max_characters: 200000}
privacy: {subject_key: ours/subject_key}    # the name of a secret, never its value
```

    lakewheel settings --conf ours.yml
    lakewheel documents take handbook/ --conf ours.yml --set spark.cores=1

What `--set` says is recorded with every run. A mistake anywhere stops the command before anything runs, and all
mistakes are told at once, each with its file and line.

"""


def settings_page(entries: list[Entry]) -> str:
    """The whole page docs/settings.md."""
    return SETTINGS_PAGE + render_markdown(entries)


def render_markdown(entries: list[Entry]) -> str:
    """One table per section."""
    sections = groupby(entries, key=lambda entry: entry.section)
    return "\n\n".join(_markdown_table(section, list(group)) for section, group in sections) + "\n"


def _markdown_table(section: str, entries: list[Entry]) -> str:
    rows = [f"| `{e.path}` | `{_cell(e.value_text)}` | {_cell(e.meaning)} | {_cell(e.origin)} |" for e in entries]
    head = [f"## {section}", "", meaning_at(Settings, (section,)), "", "| setting | value | meaning | from |"]
    return "\n".join([*head, "| --- | --- | --- | --- |", *rows])


def _cell(text: str) -> str:
    """A bar or a line break would end the cell."""
    return text.replace("|", "\\|").replace("\n", " ")
