"""Names, places and numbers of two texts, in both directions, across scripts and notations."""

import pytest

from asknews_ner.annotate.fidelity import names, numbers
from asknews_ner.annotate.fidelity.compare import compare
from asknews_ner.annotate.fidelity.places import city_forms, countries_of
from asknews_ner.annotate.fidelity.score import evidence, risk
from asknews_ner.recipe import load_recipe

WEIGHTS = load_recipe("laptop").fidelity.weights
RUSSIAN = (
    "Мост в Северогорске\nВ четверг, 12 марта, мэр Ирина Ладова и директор Тимур Тилолоев открыли мост длиной 640 метров. "
    "Строительство, по словам Ладовой, обошлось в 3,4 млрд рублей."
)
FAITHFUL = "Bridge in Severogorsk\nOn 12 March mayor Irina Ladova and director Timur Tiloloev opened a bridge of 640 metres, at 3.4 billion roubles."


def said(text, language, number, other):
    found = numbers.said(text, language)
    return [numbers.is_said(one, found) for one in numbers.numbers(number, other)]


@pytest.mark.parametrize(
    ("source", "language", "summary"),
    [
        ("Es waren 1.250.000 Menschen.", "de", "There were 1,250,000 people."),
        ("Det kostade 3,4 miljarder kronor.", "sv", "It cost 3.4 billion kronor."),
        ("Le procès a duré vingt-et-un jours.", "fr", "The trial took 21 days."),
        ("Начало в 17:30.", "ru", "It begins at 5.30pm."),
        ("El siglo XIX.", "es", "The 19th century."),
        ("À 10h15.", "fr", "At 10:15."),
        ("Der Vulkan liegt 72 Kilometer entfernt.", "de", "The volcano is 45 miles away."),
        ("قُتل ٤٥٠ شخصا", "ar", "450 people died."),
        ("12 000 elever", "no", "12,000 pupils"),
    ],
)
def test_a_number_is_the_same_in_any_notation(source, language, summary):
    assert all(said(source, language, summary, "en"))


@pytest.mark.parametrize(
    ("source", "language", "summary"),
    [
        ("Es waren 1.250.000 Menschen.", "de", "There were 1,350,000 people."),
        ("Det kostade 3,4 miljarder kronor.", "sv", "It cost 4.3 billion kronor."),
        ("Начало в 17:30.", "ru", "It begins at 6.30pm."),
        ("Der Vulkan liegt 72 Kilometer entfernt.", "de", "The volcano is 90 miles away."),
    ],
)
def test_another_number_is_not_found(source, language, summary):
    assert not any(said(source, language, summary, "en"))


def test_countries_are_one_thing_in_all_their_forms():
    assert countries_of("britische", "de") & countries_of("UK", "en")
    assert countries_of("Deutschland", "de") & countries_of("German", "en") == {"DE"}
    assert countries_of("США", "ru") & countries_of("American", "en")
    assert not countries_of("Niederlage", "de"), "a defeat is not the Netherlands"
    assert not countries_of("us", "en")
    assert "londres" in city_forms("London")


def test_names_are_found_in_another_script_and_in_other_cases():
    found = compare(RUSSIAN, "ru", FAITHFUL, "en", 700)
    assert {thing.text: thing.found for thing in found.of_summary}.items() >= {
        "Tiloloev": True,
        "Ladova": True,
        "640": True,
        "3.4": True,
    }.items()
    assert all(thing.found for thing in found.of_source)
    assert found.months == [True]


def test_what_is_lost_and_what_is_added_stands_where_it_is():
    summary = FAITHFUL.replace("Timur Tiloloev", "Gregor Vandelay").replace("640", "950")
    found = compare(RUSSIAN, "ru", summary, "en", 700)
    foreign = [thing for thing in found.of_summary if not thing.found]
    assert [(thing.text, thing.kind) for thing in foreign] == [("Gregor", "name"), ("Vandelay", "name"), ("950", "number")]
    assert all(summary[thing.start : thing.end] == thing.text for thing in foreign)
    assert {thing.text for thing in found.of_source if not thing.found} >= {"Тимур", "Тилолоев", "640"}


def test_latin_names_must_agree_in_letters_too():
    other = names.said("The city of Belfort was quiet.", "en")
    (belfast,) = names.names("People in Belfast were glad.", "en")
    assert not names.is_said(belfast, other), "the consonants are nearly the same, the city is not"
    (poutine,) = names.names("Selon Poutine, rien ne change.", "fr")
    assert names.is_said(poutine, names.said("Putin said so.", "en"))


def test_headlines_in_capitals_name_nobody():
    assert not names.names("Weather Undergoes Sudden Change Tomorrow\nIt rained.", "en")


def test_german_nouns_are_no_names():
    found = {
        one.text for one in names.names("Gestern hat die Ministerin Angela Merkel im Landtag über Windschutzscheiben gesprochen.", "de")
    }
    assert "Windschutzscheiben" not in found
    assert "Merkel" in found


def test_names_are_not_guessed_where_there_are_no_capitals_but_by_lists():
    assert not names.names("سقط المطر طوال اليوم", "ar")


def test_the_risk_grows_with_every_fault():
    def risk_of(summary, other=False):
        return risk(evidence(compare(RUSSIAN, "ru", summary, "en", 700), other), WEIGHTS)

    right = risk_of(FAITHFUL)
    assert right < 0.5
    assert risk_of(FAITHFUL.replace("640", "950")) > right
    assert risk_of(FAITHFUL.replace(" and director Timur Tiloloev", "")) > right
    assert risk_of(FAITHFUL.replace("Ladova", "Vandelay")) > right
    assert risk_of(FAITHFUL, other=True) > right
    assert risk_of("Rain\nIt rained in Oslo for 77 days, says Gregor Vandelay.") > 0.5


def test_nothing_to_compare_is_no_fault():
    found = evidence(compare("Rain\nIt rained.", "en", "Rain\nIt rained all day.", "en", 700), False)
    assert (found.foreign_names, found.foreign_numbers, found.lost_share, found.lost_most_said) == (0, 0, 0, 0)
