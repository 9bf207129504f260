"""The entity types, what contradicts itself in a file of them, and how free labels are read."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.align import align
from asknews_ner.dataset.types.labels import fold, proposed_name
from asknews_ner.dataset.types.ontology import Step, load_ontology
from asknews_ner.recipe import LANGUAGES, RecipeError, load_recipe, shipped_recipes
from asknews_ner.records import EntityMention, NerSpan
from asknews_ner.train.own_data.templates import templates

ONTOLOGY = load_ontology("ontology_v2.yaml")
ASKNEWS_API = [
    "Person", "Organization", "Location", "Nationality", "Date", "Event", "Money", "Law", "Quantity", "Time", "Sports", "Politics", "Title",
    "Number", "Arms", "Product", "Media", "Transportation", "Religion", "Technology", "Space", "Medicine", "Language", "Science",
]  # fmt: skip
MODEL_CARD = ["person", "location", "date", "event", "facility", "vehicle", "number", "organization"]
OLD_NAMES = {"weapon": "arms", "astronomical object": "space", "scientific concept": "science"}


def test_the_54_types_hold_every_public_hint_and_are_all_described():
    assert len(ONTOLOGY.types) == len(set(ONTOLOGY.types)) == 54
    assert {name.casefold() for name in ASKNEWS_API} | set(MODEL_CARD) <= set(ONTOLOGY.types)
    for entry in ONTOLOGY.entries:
        assert len(entry.examples) >= 3, entry.name
        assert len(entry.definition) > 10, entry.name
    assert set(ONTOLOGY.parents.values()) < set(ONTOLOGY.types)


def test_what_the_base_model_learns_is_a_type():
    slots = {slot for language in LANGUAGES for line in templates(language, held_out=True) for slot in re.findall(r"{(\w+)}", line)}
    assert len(slots) > 10 and slots <= set(ONTOLOGY.types)
    assert {load_recipe(name).dataset.ontology for name in shipped_recipes()} == {"ontology_v2.yaml"}


@pytest.mark.parametrize(
    ("label", "wanted", "step"),
    [
        ("Political party", "political party", Step.NAME),
        ("PoliticalParty", "political party", Step.NAME),
        ("WORK_OF_ART", "work of art", Step.NAME),
        ("ｐｅｒｓｏｎ", "person", Step.NAME),
        ("  ethnic-group ", "ethnic group", Step.NAME),
        ("politics", "politics", Step.NAME),
        ("GPE", "location", Step.SYNONYM),
        ("NORP", "nationality", Step.SYNONYM),
        ("FAC", "facility", Step.SYNONYM),
        ("PER", "person", Step.SYNONYM),
        ("Job_Title", "title", Step.SYNONYM),
        ("Sports Teams", "sports team", Step.NUMBER),
        ("job_titles", "title", Step.NUMBER),
        ("works of art", "work of art", Step.NUMBER),
        ("Political Parties", "political party", Step.NUMBER),
        ("Viruses", "disease", Step.NUMBER),
        *((old, new, Step.SYNONYM) for old, new in OLD_NAMES.items()),
    ],
)
def test_labels_are_read_whatever_their_spelling(label, wanted, step):
    assert ONTOLOGY.resolve(label) == (wanted, step)


@pytest.mark.parametrize("label", ["", " ", "12", "colour", "MISC", "glorp", "日本"])
def test_what_means_no_type_is_not_guessed(label):
    assert ONTOLOGY.canonical(label) is None


@given(
    st.sampled_from(ONTOLOGY.types), st.sampled_from([str.upper, str.title, lambda name: name.replace(" ", "_"), lambda name: f"\t{name} "])
)
def test_every_type_is_known_in_every_spelling(name, spelling):
    assert ONTOLOGY.resolve(spelling(name)) == (name, Step.NAME)


@given(st.text())
def test_any_text_can_be_a_label(label):
    found = ONTOLOGY.canonical(label)
    assert found is None or found in ONTOLOGY.types
    assert bool(proposed_name(label)) == bool(fold(label))


def test_proposals_lose_their_number_only_where_it_is_one():
    assert [proposed_name(label) for label in ("Hair_Colours", "spare parts", "Churches")] == ["hair colour", "spare part", "church"]
    same = ["miscellaneous", "analysis", "economics", "chaos", "virus", "glass", "series", "news", "'s"]
    assert [proposed_name(label) for label in same] == same


def test_an_unknown_label_is_kept_under_its_folded_name_and_an_empty_one_is_lost():
    params = load_recipe("laptop").dataset.model_copy(update={"unknown_labels": "keep"})
    made = align("red hat", [EntityMention("red", "Hair-Colours"), EntityMention("hat", " _ ")], ONTOLOGY, params)
    assert made.spans == [NerSpan(0, 0, "hair colour")]
    assert [(mention.text, reason.name) for mention, reason in made.lost] == [("hat", "UNKNOWN_TYPE")]


def entry(name, **changes):
    return {"name": name, "definition": "a thing", "parent": "group", "examples": ["x"], "synonyms": [], **changes}


def file_of(tmp_path, *entries, **changes):
    values = {"version": "t", "number_of_types": len(entries), "groups": {"group": "a group"}, "types": list(entries), **changes}
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("entries", "changes", "message"),
    [
        ([entry("a"), entry("A")], {}, "'a' stands there twice"),
        ([entry("a", synonyms=["b"]), entry("b")], {}, "the synonym 'b' of 'a' is itself a type"),
        ([entry("a", synonyms=["X_y"]), entry("b", synonyms=["x y"])], {}, "'x y' stands for 'a' and for 'b'"),
        ([entry("a", parent="q")], {}, "the parent 'q' of 'a' is neither a type nor a group"),
        ([entry("a", parent="b"), entry("b", parent="a")], {}, "'a' is its own ancestor (a → b → a)"),
        ([entry("a", parent="a")], {}, "'a' is its own ancestor"),
        ([entry("group")], {}, "is a type and a group"),
        ([entry("a")], {"number_of_types": 2}, "number_of_types says 2, there are 1"),
        ([entry("a", examples=[])], {}, "types.0.examples"),
        ([entry("a", examples=["x", "x"])], {}, "examples of 'a' stand there twice"),
        ([entry("a", definition="")], {}, "types.0.definition"),
        ([entry("a", definition="two\nlines")], {}, "types.0.definition"),
        ([entry("a", synonym=["b"])], {}, "types.0.synonym: Extra inputs"),
        ([{"name": "a"}], {}, "types.0.parent: Field required"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_place(tmp_path, entries, changes, message):
    path = file_of(tmp_path, *entries, **changes)
    with pytest.raises(RecipeError) as raised:
        load_ontology(path)
    assert message in str(raised.value)
    assert path in str(raised.value)


def test_a_file_of_one_s_own_is_read_by_its_path_and_again_when_it_changed(tmp_path):
    path = file_of(tmp_path, entry("Ship", synonyms=["Boats"]), entry("tanker", parent="Ship"))
    own = load_ontology(path)
    assert own.types == ["Ship", "tanker"]
    assert own.parents == {"tanker": "Ship"}
    assert (own.canonical("SHIPS"), own.canonical("boats"), own.canonical("person")) == ("Ship", "Ship", None)
    file_of(tmp_path, entry("Ship"))
    assert load_ontology(path).types == ["Ship"]


def test_a_file_that_is_not_there_or_no_yaml_is_refused(tmp_path):
    with pytest.raises(RecipeError, match=r"no file 'ontology_v99.yaml'.*ontology_v2.yaml"):
        load_ontology("ontology_v99.yaml")
    (tmp_path / "broken.yaml").write_text("types: [", encoding="utf-8")
    with pytest.raises(RecipeError, match="not valid YAML"):
        load_ontology(str(tmp_path / "broken.yaml"))
    (tmp_path / "list.yaml").write_text("- a", encoding="utf-8")
    with pytest.raises(RecipeError, match="the file: "):
        load_ontology(str(tmp_path / "list.yaml"))
