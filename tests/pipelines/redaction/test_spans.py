"""The laws of keeping one of several findings that overlap."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.redaction.spans import Span, find_all, gaps, without_overlaps

KINDS = ("A", "B", "C")
SPANS = st.lists(
    st.builds(
        lambda start, length, kind: Span(start, start + length, kind, ""),
        st.integers(0, 30),
        st.integers(0, 8),
        st.sampled_from(KINDS),
    ),
    max_size=12,
)


def rank(span: Span) -> tuple[int, int, int]:
    return -(span.end - span.start), KINDS.index(span.kind), span.start


def overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


@given(SPANS)
def test_each_finding_is_kept_or_gives_way_to_a_better_one(spans: list[Span]) -> None:
    kept = without_overlaps(spans, KINDS)
    assert not any(overlap(one, other) for at, one in enumerate(kept) for other in kept[:at])
    dropped = [span for span in spans if span not in kept and span.length]
    assert all(any(overlap(span, better) and rank(better) <= rank(span) for better in kept) for span in dropped)


@given(SPANS, st.randoms())
def test_the_order_of_the_finders_does_not_matter(spans: list[Span], random: object) -> None:
    shuffled = sorted(spans, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert without_overlaps(spans, KINDS) == without_overlaps(shuffled, KINDS)


def test_a_tie_goes_to_the_kind_named_first_and_then_to_the_left() -> None:
    first, second = Span(0, 3, "B", ""), Span(0, 3, "A", "")
    assert without_overlaps([first, second], KINDS) == [second]
    assert without_overlaps([Span(2, 5, "A", ""), Span(0, 3, "A", "")], KINDS) == [Span(0, 3, "A", "")]


def test_gaps_are_what_is_left() -> None:
    assert list(gaps(0, 10, [(0, 2), (2, 4), (6, 7)])) == [(4, 6), (7, 10)]
    assert list(gaps(0, 3, [(0, 3)])) == []


def test_the_parts_beside_a_finding_are_searched_again_as_texts_of_their_own() -> None:
    """This finder sees only the first x of a text: the others show round by round."""

    def first_x(text: str) -> list[Span]:
        at = text.find("x")
        return [Span(at, at + 1, "A", "x")] if at >= 0 else []

    found = find_all("axbxxc", [(3, 4)], [first_x], KINDS)
    assert [(span.start, span.end) for span in found] == [(1, 2), (4, 5)]
