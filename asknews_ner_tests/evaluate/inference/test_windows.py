"""Windows and their merging: the same entities whatever the window."""

from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.evaluate.inference.merge import Candidate, choose, merge
from asknews_ner.evaluate.inference.windows import Room, Window, sentence_starts, windows

WIDEST = 4
rooms = st.builds(Room, words=st.integers(1, 40), pieces=st.integers(1, 120), overlap=st.integers(WIDEST - 1, 12))
texts = st.lists(st.integers(0, 6), max_size=150)  # pieces of each word


@given(texts, st.sets(st.integers(1, 149)), rooms)
@settings(max_examples=200, deadline=None)
def test_windows_hold_every_span_that_fits_and_nothing_over_the_room(pieces, breaks, room):
    starts = sorted(place for place in breaks if place < len(pieces))
    found = windows(pieces, starts, room)
    assert all(0 <= window.start < window.end <= len(pieces) for window in found)
    for window in found:
        assert window.end - window.start == 1 or (
            window.end - window.start <= room.words and sum(pieces[window.start : window.end]) <= room.pieces
        )
    assert {word for window in found for word in range(*window)} == set(range(len(pieces)))
    for start in range(len(pieces)):
        for end in range(start + 1, min(start + room.overlap + 1, len(pieces)) + 1):
            if end - start <= room.words and sum(pieces[start:end]) <= room.pieces:
                assert any(window.start <= start and end <= window.end for window in found), (start, end, found)


def test_windows_end_where_sentences_do():
    pieces = [1] * 100
    found = windows(pieces, [30, 55, 58, 80], Room(60, 1000, 10))
    assert found == [Window(0, 58), Window(30, 80), Window(58, 100)]
    assert windows([], [], Room(5, 5, 1)) == []


def test_sentence_starts():
    text = 'Mr. X. Y. Z came. He left!\n\n"So" it ended… عاد؟ 他走了。她来了'
    words = split_words(text)
    assert [words[index].surface for index in sentence_starts(text, words)] == ["X", "He", '"', "عاد", "他", "她来"]


@st.composite
def judged_texts(draw):
    """Pieces, sentence starts, and scored spans of a text: what a model would say that looks at nothing but the span's own words."""
    count = draw(st.integers(1, 150))
    pieces = draw(st.lists(st.integers(0, 6), min_size=count, max_size=count))
    starts = sorted(draw(st.sets(st.integers(1, count), max_size=12)) - {count})
    spans = draw(
        st.sets(
            st.tuples(st.integers(0, count - 1), st.integers(0, WIDEST - 1), st.sampled_from(["person", "place"]), st.integers(50, 99)),
            max_size=60,
        )
    )
    scores = {(s, s + w, label): score / 100 for s, w, label, score in spans if s + w < count}
    return pieces, starts, [Candidate(*place, score) for place, score in sorted(scores.items())]


@given(judged_texts(), rooms, st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_same_entities_whatever_the_window(text, room, nested):
    pieces, starts, everything = text
    room = Room(max(room.words, WIDEST), max(room.pieces, 6 * WIDEST), room.overlap)
    cut = windows(pieces, starts, room)
    found = [
        [Candidate(c.start - w.start, c.end - w.start, c.label, c.score) for c in everything if w.start <= c.start and c.end < w.end]
        for w in cut
    ]
    merged = merge(found, cut, len(pieces))
    assert merged == sorted(everything, key=lambda c: (c.start, c.end))  # each once, none lost
    assert choose(merged, nested) == choose(everything, nested)


@given(judged_texts(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_chosen_spans_go_together_and_nothing_better_was_left(text, nested):
    _, _, everything = text
    chosen = choose(everything, nested)

    def conflict(one, other):
        if nested and (one.start, one.end) != (other.start, other.end):
            one_starts_first = one.start < other.start <= one.end < other.end
            return one_starts_first or other.start < one.start <= other.end < one.end
        return one.start <= other.end and other.start <= one.end

    assert not any(conflict(one, other) for one in chosen for other in chosen if one is not other)
    for left in set(everything) - set(chosen):
        assert any(conflict(left, better) and better.score >= left.score for better in chosen)


def test_a_name_that_a_border_cuts_in_half_is_found_once_and_whole():
    words = 20
    cut = [Window(0, 12), Window(8, 20)]
    first = [Candidate(9, 11, "person", 0.9)]  # words 9 to 11, whole, at this window's border
    second = [Candidate(1, 3, "person", 0.7), Candidate(3, 5, "place", 0.8)]  # 9 to 11 again, and 11 to 13: deepest here
    assert merge([first, second], cut, words) == [Candidate(9, 11, "person", 0.7), Candidate(11, 13, "place", 0.8)]
    half = [Candidate(10, 11, "person", 0.99)]  # a name of words 10 to 13, seen to the border only
    whole = [Candidate(2, 5, "person", 0.6)]
    assert merge([half, whole], cut, words) == [Candidate(10, 13, "person", 0.6)]
