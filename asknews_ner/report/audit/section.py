"""The audit as a section: what to collect, who gets lost, how even it is. Every number is one of its tables'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.diversify.spread.reference import years
from asknews_ner.recipe import Recipe
from asknews_ner.records import country_in_words
from asknews_ner.report.audit.funnel import BELOW
from asknews_ner.report.audit.pictures import collecting, evenness, faring
from asknews_ner.report.audit.records import Coverage, Gap, Loss, StageSpread, Survival
from asknews_ner.report.page import STAGE_WORDS
from asknews_ner.report.plots import figure_svg, markdown_picture
from asknews_ner.report.section import Section, fragment

BEFORE, AFTER = "before the sample", "after the sample"
KINDS = {
    "country": "Countries",
    "language": "Languages",
    "publisher": "Publishers",
    "time": "Time",
    "window": "Windows",
    "topic": "Topics",
    "type": "Entity types",
}
_PLACES = ("arrivals", "topics", "sample", "entity_labels", "ner_examples", "dataset")
_LEGS = (BEFORE, AFTER)


@dataclass(frozen=True)
class Audit:
    """What the section shows. `topics`: names by id; `examples`: rows of the dataset."""

    recipe: Recipe
    survival: Sequence[Survival]
    losses: Sequence[Loss]
    spreads: Sequence[StageSpread]
    gaps: Sequence[Gap]
    coverage: Sequence[Coverage]
    topics: Mapping[str, str]
    examples: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group's counts and shares at the places that its kind has, and its survival on the two legs."""

    group: str
    cells: Sequence[Survival | None]
    legs: Sequence[Survival | None]


@dataclass(frozen=True, slots=True)
class KindTable:
    """The biggest groups of one kind. `of`: how many there are."""

    kind: str
    title: str
    places: Sequence[str]
    lines: Sequence[GroupLine]
    of: int


def audit_section(audit: Audit) -> Section:
    """The section. Its lead says how many countries, who fares worse than chance explains, and what to collect first."""
    params = audit.recipe.audit
    collect = [row for row in audit.gaps if row.rank][: params.shown]
    worse = below(audit.survival, params.least_lost)
    stages = list(dict.fromkeys(row.stage for row in audit.spreads if row.kind == "country"))
    html = fragment(
        "audit",
        audit=audit,
        collect=collect,
        lacking=sum(1 for row in audit.gaps if row.rank),
        worse=worse[: params.shown],
        worse_of=len(worse),
        reasons=_reasons(audit.losses),
        kinds=[_kind_table(audit, kind) for kind in KINDS],
        funnel=_funnel(audit.survival, stages),
        spreads=audit.spreads,
        stages=stages,
        words={**STAGE_WORDS, "topics": "clustered (the pool)"},
        kind_words=KINDS,
        years={of: (min(years(of).values()), max(years(of).values())) for of in ("population", "internet_users")},  # type: ignore[arg-type]
        plots={name: figure_svg(figure) for name, figure in _figures(audit).items()},
        people="people who use the internet" if params.reference == "internet_users" else "people",
    )
    return Section("audit", "Distribution audit", _lead(audit, worse), html)


def below(rows: Sequence[Survival], least: int) -> list[Survival]:
    """Groups that fare worse than all, by more than chance explains: over each leg, then at single stages, the worst first.

    The sample is left out: there the big groups lose most by design. So is what has no group: a row often has none because it cannot be
    read. `least`: articles that a group must have lost."""
    found = [row for row in rows if row.verdict == BELOW and row.group and row.lost >= least and row.stage != "sample"]
    return sorted(found, key=lambda row: (row.stage not in _LEGS, row.ratio or 0.0, -row.lost, row.kind, row.group, row.stage))


def pictures(audit: Audit) -> dict[str, str]:
    """The same pictures as Markdown, for the asset's page."""
    return {name: markdown_picture(figure, name) for name, figure in _figures(audit).items()}


def _figures(audit: Audit) -> dict[str, object]:
    params = audit.recipe.audit
    collect = [row for row in audit.gaps if row.rank][: params.shown]
    stages = list(dict.fromkeys(row.stage for row in audit.spreads if row.kind == "country"))
    groups = [row for row in audit.survival if row.stage == BEFORE and row.kind in ("language", "country")]
    chosen = sorted(groups, key=lambda row: (not row.verdict, -row.seen, row.group))[: params.shown]
    chosen.sort(key=lambda row: (row.kind, row.survival, row.group))
    found = {"collecting": collecting(collect)} if collect else {}
    found |= {"faring": faring(chosen)} if chosen else {}
    return {**found, "evenness": evenness(audit.spreads, stages, [STAGE_WORDS.get(stage, stage) for stage in stages])}


def _lead(audit: Audit, worse: Sequence[Survival]) -> str:
    dataset = {row.kind: row for row in audit.spreads if row.stage == "dataset"}
    countries = next(row for row in audit.coverage if row.stage == "dataset")
    words = (
        f"{audit.examples} examples of {countries.countries} countries (goal {countries.goal}) and {dataset['language'].groups} languages, "
        f"as diverse as {dataset['country'].effective_groups:.1f} equal countries. "
    )
    early = [row for row in worse if row.stage == BEFORE]
    if early:
        first = early[0]
        name = f"{first.kind} {first.group or 'not known'}"
        words += f"Before the sample {_count(early)} more than chance explains, most of all {name} ({first.kept} of {first.seen} stay). "
    else:
        words += "Before the sample no group loses more than chance explains. "
    first_pairs = [f"{row.country} {row.language} (+{row.missing})" for row in audit.gaps if row.rank][:3]
    return words + (f"To collect first: {', '.join(first_pairs)}." if first_pairs else "Nothing is lacking.")


def _count(rows: Sequence[Survival]) -> str:
    return "1 group loses" if len(rows) == 1 else f"{len(rows)} groups lose"


def _reasons(losses: Sequence[Loss]) -> dict[tuple[str, str, str], str]:
    """(kind, stage, group) → the reasons with their counts, in words."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in losses:
        found.setdefault((row.kind, row.stage, row.group), []).append(f"{row.reason.replace('_', ' ').lower()} {row.articles}")
    return {key: ", ".join(words) for key, words in found.items()}


def _kind_table(audit: Audit, kind: str) -> KindTable:
    rows = {(row.stage, row.group): row for row in audit.survival if row.kind == kind}
    stages = {stage for stage, _ in rows}
    places = [place for place in _PLACES if place in stages and (kind == "type" or place not in ("entity_labels", "ner_examples"))]
    first = places[0] if places else ""
    groups = [group for stage, group in rows if stage == first]
    legs = [name for name in _LEGS if name in stages]
    lines = [
        GroupLine(_name(audit, kind, group), [rows.get((place, group)) for place in places], [rows.get((name, group)) for name in legs])
        for group in groups[: audit.recipe.audit.shown]
    ]
    return KindTable(kind, KINDS[kind], [*places, *legs], lines, len(groups))


def _name(audit: Audit, kind: str, group: str) -> str:
    if kind == "topic":
        return audit.topics.get(group, group) or "in no topic"
    return country_in_words(group) if kind == "country" else group or "not known"


def _funnel(rows: Sequence[Survival], stages: Sequence[str]) -> list[tuple[str, int, int, int]]:
    """(stage, in, kept, lost) over all countries."""
    by_stage: dict[str, list[Survival]] = {}
    for row in rows:
        if row.kind == "country":
            by_stage.setdefault(row.stage, []).append(row)
    return [(stage, *(sum(getattr(row, name) for row in by_stage.get(stage, [])) for name in ("seen", "kept", "lost"))) for stage in stages]
