import pytest

from asknews_ner.acquire.publishers.choose import chosen_publisher
from asknews_ner.acquire.publishers.registry import PublisherError, Registry
from asknews_ner_tests.acquire.publishers.test_registry import publisher

KNOWN = Registry(
    [
        publisher(name="Bladet"),
        publisher(id="nordens_bladet", name="Nordens Bladet", domains=["nordens.se"]),
        publisher(id="ukens_avis", name="Ukens Avis", domains=["avis.no"]),
        publisher(id="ukens_nytt", name="Ukens Nytt", domains=["nytt.no"]),
        publisher(id="avis", name="Le Monde", domains=["avis.fr"]),
    ]
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("bladet", "bladet"),
        (" BLADET ", "bladet"),
        ("Nordens Bladet", "nordens_bladet"),
        ("nordens", "nordens_bladet"),
        ("www.avis.no", "ukens_avis"),
        ("https://sport.avis.no/1", "ukens_avis"),
        ("avis", "avis"),  # the id counts before a part of a name
        ("le monde", "avis"),
    ],
)
def test_by_id_name_domain_or_part_of_a_name(wanted, found):
    assert chosen_publisher(KNOWN, wanted).id == found


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("bladt", "no publisher 'bladt' in the registry; near: Bladet (bladet)"),
        ("ukens", "2 publishers are meant by 'ukens': Ukens Avis (ukens_avis), Ukens Nytt (ukens_nytt); give the id of one"),
        ("orden", "near: Nordens Bladet"),
        ("qqqqqq", "none is called nearly so. All of them: asknews-ner publishers list"),
        ("", "no publisher ''"),
    ],
)
def test_none_and_several_are_told_with_what_is_near(wanted, told):
    with pytest.raises(PublisherError) as error:
        chosen_publisher(KNOWN, wanted)
    assert told in str(error.value)
