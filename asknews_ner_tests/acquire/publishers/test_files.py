import pytest

from asknews_ner.acquire.publishers.files import open_registry, read_publishers, shipped_registry
from asknews_ner.acquire.publishers.registry import PublisherError

ENTRY = """
- id: bladet
  name: Bladet
  domains: [bladet.se]
  country: SE
  languages: [sv]
  kind: newspaper
  verified: false
"""


def written(tmp_path, text):
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_norway_needs_no_quotes(tmp_path):
    text = ENTRY.replace("SE", "NO").replace("[sv]", "[no]").replace("bladet.se", "bladet.no")
    (one,) = read_publishers(written(tmp_path, text))
    assert (one.country, one.languages) == ("NO", ("no",))


def test_own_entries_stand_over_the_shipped_ones(tmp_path):
    assert open_registry(None) is shipped_registry()
    own = open_registry(written(tmp_path, ENTRY + ENTRY.replace("id: bladet", "id: bbc").replace("bladet.se", "bbc.com")))
    assert len(own.publishers) == len(shipped_registry().publishers) + 1
    assert own.find("bbc.com").name == "Bladet" and own.find("bbc.co.uk") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b", "is not a list of publishers"),
        ("", "is not a list of publishers"),
        ("- id: [", "is not YAML"),
        ("- !!python/object/apply:os.system [ls]", "entry 1"),
        ("- bladet", r"entry 1 \(not a mapping\)"),
        (ENTRY.replace("id: bladet", "idd: bladet"), r"entry 1 \(without id\): .*id: Field required"),
        (ENTRY + ENTRY.replace("SE", "XX"), r"entry 2 \(bladet\): country: .*'XX' is not an ISO 3166-1"),
        (ENTRY.replace("[bladet.se]", "[bladet.se, co.uk]"), r"entry 1 \(bladet\): domains\.1: .*public suffix"),
        (ENTRY + "  country: NO\n", "`country` stands twice"),
        (ENTRY + ENTRY, "the id bladet stands in two entries"),
        (ENTRY.replace("bladet.se", "svd.se"), r"svd\.se stands in bladet and in svenska_dagbladet"),
    ],
)
def test_a_fault_is_told_with_file_entry_and_field(tmp_path, text, told):
    with pytest.raises(PublisherError, match=told) as error:
        open_registry(written(tmp_path, text))
    assert "own.yaml" in str(error.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(PublisherError, match="ASKNEWS_NER_PUBLISHERS"):
        open_registry(tmp_path / "missing.yaml")
    file = tmp_path / "own.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PublisherError, match="is not YAML"):
        open_registry(file)
