"""What the web UI shows of generated sentences: how many of those asked for can be used, what took the others, and how they read."""

from collections import Counter
from collections.abc import Sequence

import dagster as dg

from asknews_ner.annotate.faults import ReplyReject
from asknews_ner.dataset.bio import OUTSIDE, spans, type_of
from asknews_ner.factory.low_resource_audit import Audited
from asknews_ner.factory.low_resource_stage import loss_table, table_of, yield_table
from asknews_ner.factory.stage import Refreshed
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.audit import LabelErrors
from asknews_ner.low_resource.filters import UsableReject
from asknews_ner.low_resource.lexicon import PART
from asknews_ner.low_resource.parse import ParseReject
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.signals import KnownSurfaces, LabelSignal
from asknews_ner.low_resource.yields import GenerationLoss, GenerationYield
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, table

_SHOWN, _REASONS = 6, 8
_MEANINGS = {one.name: one.value for kind in (ReplyReject, ParseReject, UsableReject) for one in kind}


def generation_figures(ws: Workspace, language: str, done: Refreshed) -> RawMetadata:
    """The yield as a table and its figures as numbers that the UI plots; losses by reason; sentences with their entities marked."""
    (row,) = ws.tables.read(yield_table(language), GenerationYield)
    losses = ws.tables.read(loss_table(language), GenerationLoss)
    rows = ws.tables.read(table_of(language), GeneratedSentence)
    numbers = ("usable_share", "near_duplicate_share", "mould_share", "tokens_per_usable", "usd", "usd_per_usable")
    articles = {article for one in rows for article in one.grounded_by}
    return {
        "dagster/row_count": done.kept,
        "yield": dg.MetadataValue.md(_funnel(row)),
        "losses": dg.MetadataValue.md(_losses(losses)),
        "sentences": dg.MetadataValue.md(marked(rows[:: max(1, len(rows) // _SHOWN)][:_SHOWN])),
        "types": dg.MetadataValue.md(bar_chart(Counter(type_of(tag) for one in rows for tag in one.tags if tag[:2] == "B-"), "entities")),
        "topics": dg.MetadataValue.md(bar_chart(dict(Counter(one.topic or "any" for one in rows).most_common(_SHOWN)), "sentences")),
        "grounded_in_articles": len(articles),
        "rejected": done.rejected,
        "computed": done.computed,
        "from_memo": done.from_memo,
        **{name: value for name in numbers if (value := getattr(row, name)) is not None},
        "fingerprint": done.fingerprint,
        "path": dg.MetadataValue.path(ws.tables.address(table_of(language))),
    }


def audit_figures(done: Audited) -> RawMetadata:
    """Errors by people's verdicts, or how to get them; the signs of the model beside those of the human data."""
    errors = done.errors
    unread = [(row.key, row.reason, row.detail) for row in done.rejected[:_SHOWN]]
    numbers = ("wrong_share", "wrong_low", "wrong_high", "entity_error", "entity_low", "entity_high")
    how = (
        f"import {done.sheet.name} into Label Studio with {done.sheet.parent}/labelling_config.xml, export it as JSON into {done.verdicts}"
    )
    return {
        "sheet": dg.MetadataValue.path(str(done.sheet)),
        "verdicts": dg.MetadataValue.path(str(done.verdicts)),
        "reviewed": errors.reviewed,
        **({} if errors.reviewed else {"note": f"nobody has looked yet: {how}, and materialise this again"}),
        **{name: value for name in numbers if (value := getattr(errors, name)) is not None},
        **({"label_errors": dg.MetadataValue.md(_errors(errors))} if errors.reviewed else {}),
        "signals": dg.MetadataValue.md(_side_by_side(done.signals)),
        "known_surfaces": dg.MetadataValue.md(_matrix(done.surfaces)),
        "surfaces_known": done.known,
        **({"not_read": dg.MetadataValue.md(table(("sentence", "reason", "detail"), unread))} if done.rejected else {}),
    }


def marked(rows: Sequence[GeneratedSentence]) -> str:
    """Sentences with their entities in bold, the type behind each."""
    lines = []
    for row in rows:
        words = [token.replace("|", "\\|").replace("*", "\\*") for token in row.tokens]
        for start, end, name in reversed(spans(row.tags)):
            words[start:end] = [f"**{' '.join(words[start:end])}** ({name})"]
        lines.append(f"- {' '.join(words)}")
    return "\n".join(lines) or "none"


def _funnel(row: GenerationYield) -> str:
    """From what was asked for to what can be used. Short, since the page folds long tables away."""
    steps = [
        ("calls", row.calls, f"{row.form} form, {row.source}"),
        ("replies that can be read", row.replies, f"{row.requests} requests, {row.prompt_tokens + row.completion_tokens:,} tokens"),
        ("sentences asked for", row.requested, ""),
        ("sentences read", row.parsed, f"of {row.datapoints} found in the replies"),
        ("usable", row.usable, f"{row.usable_share:.1%} of those asked for; {row.mended} mended"),
        ("entities", row.entities, f"{row.surfaces} different ones"),
        ("grounded in news", row.grounded, ""),
    ]
    return table(("", "count", ""), steps)


def _losses(losses: Sequence[GenerationLoss]) -> str:
    shown = [(one.reason, one.rows, f"{one.share:.1%}", _MEANINGS[one.reason]) for one in losses[:_REASONS]]
    more = f"\n\nand {len(losses) - _REASONS} more reasons in the table" if len(losses) > _REASONS else ""
    return table(("reason", "rows", "share", "meaning"), shown) + more if losses else "nothing was lost"


def _side_by_side(signals: Sequence[LabelSignal]) -> str:
    """One row a sign, one column a source."""
    sources = list(dict.fromkeys(row.source for row in signals))
    found = {(row.signal, row.source): f"{row.found:,} of {row.of:,} ({row.share or 0:.1%})" for row in signals}
    return table(
        ("sign", *sources), [(name, *(found.get((name, one)) for one in sources)) for name in dict.fromkeys(s.signal for s in signals)]
    )


def _matrix(surfaces: Sequence[KnownSurfaces]) -> str:
    """One row a known type and source, one column for each way of marking."""
    marks = sorted({row.marked_as for row in surfaces}, key=lambda mark: (mark in (OUTSIDE, PART), mark))
    counts = {(row.known_as, row.source, row.marked_as): row.mentions for row in surfaces}
    pairs = sorted({(row.known_as, row.source) for row in surfaces})
    return table(
        ("known as", "by", *(f"marked {mark}" for mark in marks)),
        [(*pair, *(counts.get((*pair, mark), 0) for mark in marks)) for pair in pairs],
    )


def _errors(row: LabelErrors) -> str:
    lines = [
        ("sentences dropped, or with any error", row.wrong, row.reviewed, _range(row.wrong_share, row.wrong_low, row.wrong_high)),
        ("of these dropped", row.dropped, row.reviewed, ""),
        ("entities that are not right", row.marked - row.right, row.marked, _range(row.entity_error, row.entity_low, row.entity_high)),
        ("of these with another type", row.wrong_type, row.marked, ""),
        ("of these with other words", row.wrong_words, row.marked, ""),
        ("of these without anything there", row.spurious, row.marked, ""),
        ("entities that were missed", row.missed, row.right + row.wrong_type + row.wrong_words + row.missed, ""),
    ]
    return table(("", "count", "of", "share and its interval"), lines)


def _range(share: float | None, low: float | None, high: float | None) -> str:
    return "" if share is None or low is None or high is None else f"{share:.1%} ({low:.1%} to {high:.1%})"
