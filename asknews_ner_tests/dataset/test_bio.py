from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.bio import mend, spans

TAGS = st.lists(st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "9", "B-DATE", "I-DATE"]), max_size=10)


@given(TAGS)
def test_mending_is_idempotent_and_keeps_the_entities(tags: list[str]) -> None:
    mended, changed = mend(tags)
    assert mend(mended) == (mended, 0)
    assert changed == sum(one != other for one, other in zip(tags, mended, strict=True))
    assert spans(mended) == spans(tags)
    assert [tag[2:] for tag in mended] == [tag[2:] for tag in tags]
