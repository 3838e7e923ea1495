"""Where documents are cut: under headings, between paragraphs and sentences, and never in a word."""

from __future__ import annotations

import random
import re

from conf import ChunkSettings, load_settings
from pipelines.documents.chunks.blocks import sections_of
from pipelines.documents.chunks.passages import Measure, Passage, passages_of

PAGE = """Before any heading. There are two sentences.

# Otter
The otter is a tea urn. It holds nine litres. Its filter is rinsed on Monday.

Never use salt. Call us first.

## Parts

| part | price |
|---|---|
| lid | 4 |
| tap | 9 |
| hose | 7 |

```
# no heading
boil(9)
```

# Nothing here
# Heron
- bread oven
- needs 3 kW
"""


def settings(most: int, overlap: float = 0.0) -> ChunkSettings:
    return load_settings("test", [f"chunks.most_tokens={most}", f"chunks.overlap={overlap}"]).settings.chunks


def cut(text: str, most: int, overlap: float = 0.0, title: str | None = None) -> list[Passage]:
    """With words as tokens, so that they can be counted."""
    measure = Measure([word.start() for word in re.finditer(r"\w+", text)])
    return list(passages_of(text, title, measure, settings(most, overlap)))


def said(passages: list[Passage]) -> list[tuple[str | None, str]]:
    return [(one.heading, one.text) for one in passages]


def test_passages_end_with_paragraphs_and_never_cross_a_heading() -> None:
    assert said(cut(PAGE, 16, title="Handbook")) == [
        ("Handbook", "Before any heading. There are two sentences."),
        ("Handbook > Otter", "The otter is a tea urn. It holds nine litres. Its filter is rinsed on Monday."),
        ("Handbook > Otter", "Never use salt. Call us first."),
        (
            "Handbook > Otter > Parts",
            "| part | price |\n|---|---|\n| lid | 4 |\n| tap | 9 |\n| hose | 7 |\n\n```\n# no heading\nboil(9)\n```",
        ),
        ("Handbook > Nothing here", "# Nothing here"),
        ("Handbook > Heron", "- bread oven\n- needs 3 kW"),
    ]


def test_a_long_paragraph_is_cut_between_sentences_and_the_next_passage_says_the_last_one_again() -> None:
    text = "One two three. Four five six. Seven eight nine. Ten eleven twelve."
    assert said(cut(text, 8)) == [
        (None, "One two three. Four five six."),
        (None, "Seven eight nine. Ten eleven twelve."),
    ]
    assert said(cut(text, 8, overlap=0.4)) == [
        (None, "One two three. Four five six."),
        (None, "Four five six. Seven eight nine."),
        (None, "Seven eight nine. Ten eleven twelve."),
    ]


def test_a_table_that_is_cut_says_its_header_again() -> None:
    table = "| part | price |\n|---|---|\n" + "".join(f"| part{n} | {n} |\n" for n in range(6))
    passages = cut(table, 8)
    assert [one.text.split("\n")[:2] for one in passages] == [["| part | price |", "|---|---|"]] * len(passages)
    rows = [row for one in passages for row in one.text.split("\n")[2:]]
    assert rows == [f"| part{n} | {n} |" for n in range(6)] and len(passages) == 2
    assert all(one.tokens == len(re.findall(r"\w+", one.text)) <= 8 for one in passages)


def test_a_sentence_that_no_passage_holds_is_cut_between_words_and_a_word_never() -> None:
    words = [f"w{n}" for n in range(25)]
    assert [one.text for one in cut(" ".join(words), 10)] == [
        " ".join(words[:10]),
        " ".join(words[10:20]),
        " ".join(words[20:]),
    ]
    [alone] = cut("漢" * 3 + "supercalifragilistic", 8)
    assert alone.text.endswith("supercalifragilistic")


def test_nothing_is_lost_whatever_the_text_is() -> None:
    """Every word outside headings stands in some passage, none is torn, and lengths are kept."""
    chance = random.Random(7)
    marks = [" ", " ", " ", ". ", "\n", "\n\n", "\n# ", "\n## ", "\n| a | b |\n", "\n```\n", "\n- ", "! "]
    for _ in range(300):
        text = "".join(f"w{number}{chance.choice(marks)}" for number in range(chance.randint(1, 80)))
        most, overlap = chance.choice([8, 12, 30]), chance.choice([0.0, 0.2, 0.5])
        passages = cut(text, most, overlap)
        found = {word for one in passages for word in re.findall(r"\w+", f"{one.text} {one.heading or ''}")}
        assert found >= set(re.findall(r"w\d+", _without_headings(text)))
        assert all(one.tokens == len(re.findall(r"\w+", one.text)) <= most for one in passages)
        assert all(one.text == text[one.start : one.end] for one in passages if "|" not in one.text)


def _without_headings(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not re.match(r"#{1,6} ", line))


def test_a_heading_in_code_is_none_and_a_deeper_one_stands_below() -> None:
    headings = [section.heading for section in sections_of(PAGE, None)]
    assert headings == [None, "Otter", "Otter > Parts", "Nothing here", "Heron"]
    assert [one.heading for one in sections_of("# Otter\ntext", "Otter")] == ["Otter"]
