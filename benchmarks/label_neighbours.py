"""How well does an encoder find the entity type that an unknown label means? Chooses `dataset.label_neighbours` of the recipe.

    ASKNEWS_NER_SHARED=<folder> python benchmarks/label_neighbours.py [--labels]

Labels: the type names of the 50 label sets in <folder>/data/benchmarks (not part of this repository), and of two published inventories,
Few-NERD (Ding et al. 2021) and MultiCoNER II (Fetahu et al. 2023). Nobody here wrote them; which type of the ontology each means, or
none, was decided here. Each label that a synonym knows loses that synonym, so that the encoder must find the type without it; labels that
are a type's name are left out. Half of the labels (by hash) choose the threshold: the lowest with a precision of 0.9 or more. The other
half and the two inventories are the report. Last, all steps are counted with nothing withheld. `--labels` prints each label's neighbour."""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asknews_ner.dataset.types.labels import fold, singular
from asknews_ner.dataset.types.neighbours import nearest, with_neighbours
from asknews_ner.dataset.types.ontology import Ontology, Step, load_ontology
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import LabelNeighbourParams, load_recipe
from asknews_ner.storage.memo import Memo

WANTED_PRECISION = 0.9
THRESHOLDS = [number / 20 for number in range(8, 19)]
FINE_THRESHOLDS = [number / 100 for number in range(40, 96)]

# Type of the ontology → labels that mean it. `none`: no type does. A label under two types may be read as either.
SHARED_SETS = {
    "person": "actor; character name; director; musical artist; person; person as part of a compound; researcher; scientist",
    "organization": "band; corporation; group; organization; organization as part of a compound",
    "location": "city; country; district; geopolitical entity as location; geopolitical entity as organization; location; "
    "location as part of a compound; state or province",
    "nationality": "location derivation; nationality",
    "date": "date; time expression; year",
    "time": "time; time expression",
    "duration": "time period",
    "money": "money",
    "percentage": "percent; percentage",
    "quantity": "quantity",
    "number": "number",
    "ordinal": "ordinal number",
    "age": "age",
    "event": "conference; event",
    "law": "document; law",
    "politics": "ideology",
    "title": "job title; profession",
    "product": "artifact; musical instrument; product",
    "media": "academic journal",
    "religion": "religion",
    "technology": "algorithm; programming language",
    "space": "astronomical object",
    "language": "language",
    "science": "discipline; field; theory",
    "facility": "facility",
    "school": "university",
    "crime": "crime",
    "penalty": "penalty",
    "work of art": "album; creative work; song; soundtrack; work of art",
    "award": "award",
    "chemical": "amino acid; chemical; chemical compound; chemical element; enzyme; protein; simple chemical",
    "disease": "cancer; disease; pathological formation",
    "none": "anatomical system; anatomy; cell; cellular component; derived name; developing anatomical structure; family; gene; "
    "gene or gene product; genre; immaterial anatomical entity; metrics; miscellaneous; multi-tissue structure; music genre; opinion; "
    "organ; organism; organism subdivision; organism substance; organization derivation; origin; other; other as part of a compound; "
    "other derivation; person derivation; plot; quote; relationship; task; tissue",
}
FEW_NERD = {
    "person": "person-actor; person-artist/author; person-athlete; person-director; person-politician; person-scholar; person-soldier; "
    "person-other",
    "organization": "organization-company; organization-religion; organization-showorganization; organization-sportsleague; "
    "organization-other",
    "school": "organization-education",
    "government body": "organization-government/governmentagency",
    "media": "organization-media/newspaper; art-broadcastprogram",
    "political party": "organization-politicalparty",
    "sports team": "organization-sportsteam",
    "sports event": "organization-sportsleague; event-sportsevent",
    "location": "location-GPE; location-bodiesofwater; location-island; location-mountain; location-park; location-other",
    "transportation": "location-road/railway/highway/transit",
    "facility": "location-road/railway/highway/transit; building-airport; building-hotel; building-library; building-restaurant; "
    "building-sportsfacility; building-theater; building-other",
    "hospital": "building-hospital",
    "event": "event-attack/battle/war/militaryconflict; event-election; event-protest; event-other",
    "natural disaster": "event-disaster",
    "work of art": "art-broadcastprogram; art-film; art-music; art-painting; art-writtenart; art-other; product-game",
    "product": "product-game; product-other",
    "vehicle": "product-airplane; product-car; product-ship; product-train",
    "food": "product-food",
    "technology": "product-software",
    "arms": "product-weapon",
    "space": "other-astronomything",
    "award": "other-award",
    "chemical": "other-chemicalthing",
    "financial instrument": "other-currency",
    "disease": "other-disease",
    "language": "other-language",
    "law": "other-law",
    "animal": "other-livingthing",
    "plant": "other-livingthing",
    "medicine": "other-medical",
    "none": "other-biologything; other-educationaldegree; other-god",
}
MULTICONER = {
    "facility": "Facility; Station",
    "location": "OtherLOC; HumanSettlement",
    "work of art": "VisualWork; MusicalWork; WrittenWork; ArtWork",
    "technology": "Software",
    "organization": "MusicalGRP; PublicCORP; PrivateCORP; AerospaceManufacturer; CarManufacturer; ORG",
    "sports team": "SportsGRP",
    "person": "Scientist; Artist; Athlete; Politician; Cleric; SportsManager; OtherPER",
    "product": "Clothing; OtherPROD",
    "vehicle": "Vehicle",
    "food": "Food; Drink",
    "medicine": "Medication/Vaccine; MedicalProcedure",
    "symptom": "Symptom",
    "disease": "Disease",
    "none": "AnatomicalStructure",
}
Gold = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Found:
    """What the encoder says of one label."""

    label: str
    right: bool
    has_type: bool
    name: str
    cosine: float


def main() -> None:
    recipe = load_recipe("laptop")
    ontology, encoder = load_ontology(recipe.dataset.ontology), SentenceTransformerEncoder(recipe.embed)
    shared = gold_of(SHARED_SETS)
    in_files = names_in_files()
    if set(shared) != in_files:
        raise SystemExit(f"the labels of the files and those assigned here differ: {sorted(set(shared) ^ in_files)}")
    inventories = {"50 sets": shared, "Few-NERD": gold_of(FEW_NERD), "MultiCoNER II": gold_of(MULTICONER)}
    with tempfile.TemporaryDirectory() as folder:
        memo = Memo(Path(folder) / "memo.sqlite")
        choose = {label: types for label, types in shared.items() if int(content_hash(label)[0], 16) % 2 == 0}
        report = {label: types for label, types in shared.items() if label not in choose}
        chosen: dict[bool, float] = {}
        for definitions in (False, True):
            params = LabelNeighbourParams(min_cosine=None, definitions=definitions)

            def search(gold: Gold, params: LabelNeighbourParams = params) -> list[Found]:
                return [found for label, types in sorted(gold.items()) if (found := find(label, types, ontology, params, encoder, memo))]

            texts = "names, synonyms and definitions" if definitions else "names and synonyms"
            half = search(choose)
            fit = [value for value in FINE_THRESHOLDS if accepted(half, value) and score(half, value)[0] >= WANTED_PRECISION]
            chosen[definitions] = min(fit, default=1.0)
            print(f"\n{encoder.name}, {texts}: precision and recall by threshold; chosen on the first half: {chosen[definitions]:.2f}")
            sets = {"half to choose": half, "half to report": search(report)}
            sets |= {name: search(gold) for name, gold in inventories.items() if name != "50 sets"}
            print(f"{'':12}" + "".join(f"{f'{name} ({len(rows)})':>28}" for name, rows in sets.items()))
            for value in sorted({*THRESHOLDS, chosen[definitions]}):
                print(f"{value:<12.2f}" + "".join(f"{cell(rows, value):>28}" for rows in sets.values()))
            if "--labels" in sys.argv:
                for row in sorted((row for rows in sets.values() for row in rows), key=lambda row: -row.cosine):
                    verdict = "right" if row.right else "wrong" if row.has_type else "none "
                    print(f"  {row.cosine:.3f} {verdict} {row.label!r} → {row.name!r}")
        used = recipe.dataset.label_neighbours
        print(f"\nlabels by the step that knows them, the ontology as it is and the recipe's threshold ({used.min_cosine}):")
        for name, gold in inventories.items():
            print_steps(name, gold, with_neighbours(ontology, list(gold), used, encoder, memo))


def gold_of(assigned: Mapping[str, str]) -> dict[str, frozenset[str]]:
    gold: dict[str, set[str]] = {}
    for name, labels in assigned.items():
        for label in labels.split("; "):
            gold.setdefault(label, set()).update({name} - {"none"})
    return {label: frozenset(names) for label, names in gold.items()}


def names_in_files() -> set[str]:
    file = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "benchmarks" / "index.json"
    return {name for entry in json.loads(file.read_text(encoding="utf-8")) for name in entry["types"]}


def print_steps(name: str, gold: Gold, ontology: Ontology) -> None:
    """Labels by the step that knows them; those known wrongly are named."""
    steps: Counter[str] = Counter()
    wrong = []
    for label, types in gold.items():
        found = ontology.resolve(label)
        steps[found[1].name if found else "UNKNOWN"] += 1
        if found and found[0] not in types:
            wrong.append(f"{label!r} as {found[0]!r}")
    counts = ", ".join(f"{step.name} {steps[step.name]}" for step in Step)
    missing = sum(1 for label, types in gold.items() if types and ontology.resolve(label) is None)
    unknown = f"not known {steps['UNKNOWN']}, of which {missing} mean a type"
    print(f"{name}: {len(gold)} labels; {counts}; {unknown}; wrong: {', '.join(wrong) or 'none'}")


def find(
    label: str, types: frozenset[str], ontology: Ontology, params: LabelNeighbourParams, encoder: SentenceTransformerEncoder, memo: Memo
) -> Found | None:
    """The nearest type without the label's own synonym; None for a type's own name."""
    resolved = ontology.resolve(label)
    if resolved and fold(resolved[0]) in (fold(label), singular(fold(label))):
        return None
    own = {fold(label), singular(fold(label))}
    entries = [
        entry.model_copy(update={"synonyms": tuple(one for one in entry.synonyms if fold(one) not in own)}) for entry in ontology.entries
    ]
    near = nearest([label], replace(ontology, entries=tuple(entries)), params, encoder, memo)[fold(label)]
    return Found(label, near.name in types, bool(types), near.name, near.cosine)


def accepted(rows: Sequence[Found], threshold: float) -> list[Found]:
    return [row for row in rows if row.cosine >= threshold]


def score(rows: Sequence[Found], threshold: float) -> tuple[float, float]:
    """(share of the accepted labels whose type is right, share of the labels with a type that were accepted rightly)"""
    taken = accepted(rows, threshold)
    right = sum(row.right for row in taken)
    return right / max(len(taken), 1), right / max(sum(row.has_type for row in rows), 1)


def cell(rows: Sequence[Found], threshold: float) -> str:
    precision, recall = score(rows, threshold)
    taken = accepted(rows, threshold)
    return f"{precision:.2f} {recall:.2f} ({sum(row.right for row in taken)}/{len(taken)})" if taken else "-"


if __name__ == "__main__":
    main()
