"""Checks of articles, their vectors and their topics."""

from collections import Counter

import numpy as np
import pyarrow.compute as pc

from asknews_ner.acquire.row_faults import ArrivalReject
from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity, faults
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Rejected, Topic, TopicMember
from asknews_ner.storage.tables import Partition, reject_table


def _files_are_readable(ws: Workspace, cells: Cells) -> Finding:
    rejects = ws.tables.read(reject_table("arrivals"), Rejected) if ws.tables.exists(reject_table("arrivals")) else []
    found = [row.detail for row in rejects if row.reason == ArrivalReject.UNREADABLE_FILE.name]
    return faults(found, ws.recipe.checks.examples, "every file was read", "repair these files or take them away; the others were read")


FILES_ARE_READABLE = Check(
    "arrivals",
    "files_are_readable",
    "Every file of the drop folder could be read to its end. ERROR: a delivery is not whole; the articles of the other files go on.",
    Severity.ERROR,
    False,
    "",
    _files_are_readable,
)


def _languages_agree(ws: Workspace, cells: Cells) -> Finding:
    origins = Counter(origin for cell in cells for origin in ws.tables.column("articles", "language_origin", cell).to_pylist())
    declared = origins["declared"] + origins["corrected"]
    share = origins["corrected"] / max(declared, 1)
    limit = ws.recipe.checks.max_corrected_languages
    passed = share <= limit or declared < ws.recipe.checks.judge_from_rows
    words = f"{origins['corrected']} of {declared} declared languages were wrong ({share:.1%})"
    if not passed:
        words += f", {limit:.0%} is the most: see what the source declares, or raise checks.max_corrected_languages"
    return Finding(passed, words, (Figure("declared", declared), Figure("corrected_share", round(share, 4))))


LANGUAGES_AGREE = Check(
    "articles",
    "languages_agree",
    "Declared languages are those that the identifier finds. WARN: each text is filed under the language that was found, but a source that "
    "declares wrongly may be wrong about the country, too. Looks at the cells of the run's partitions.",
    Severity.WARN,
    False,
    "checks.max_corrected_languages",
    _languages_agree,
)


def _vectors_are_unit(ws: Workspace, cells: Cells) -> Finding:
    limit, found, count = ws.recipe.checks.max_norm_error, [], 0
    widths: set[int] = set()
    for cell in cells:
        vectors = ws.tables.column("summary_vectors", "vector", cell).combine_chunks()
        if not len(vectors):
            continue
        lengths = pc.list_value_length(vectors).to_numpy()
        values = vectors.flatten().to_numpy().astype(np.float64)
        norms = np.sqrt(np.bincount(np.repeat(np.arange(len(lengths)), lengths), values**2, len(lengths)))
        count += len(norms)
        widths.update(lengths.tolist())
        wrong = ~(np.abs(norms - 1) <= limit)  # so that what is no number is wrong, too
        if wrong.any():
            ids = ws.tables.column("summary_vectors", "article_id", cell).to_pylist()
            found += [f"{_where(cell)} {ids[index]}: has length {norms[index]:.4g}" for index in np.flatnonzero(wrong)]
    if len(widths) > 1:
        found.insert(0, f"vectors have different dimensions: {', '.join(map(str, sorted(widths)))}")
    return faults(
        found,
        ws.recipe.checks.examples,
        f"{count} vectors are finite and of length 1",
        "see the recipe's embed.encoder, remove these rows' vectors from the memo and materialise summary_vectors again",
        [Figure("vectors", count), Figure("dimensions", max(widths, default=0))],
    )


def _where(cell: Partition | None) -> str:
    return f"{cell.country}, {cell.language}:" if cell else ""


VECTORS_ARE_UNIT = Check(
    "summary_vectors",
    "vectors_are_unit",
    "Every vector is finite, of length 1, and as long as the others. ERROR and blocking: one value that is no number spoils the topics, "
    "the copies and the leakage proof of everything it is compared with. Looks at the cells of the run's partitions.",
    Severity.ERROR,
    True,
    "checks.max_norm_error",
    _vectors_are_unit,
)


def _most_have_a_topic(ws: Workspace, _: Cells) -> Finding:
    members, topics = ws.tables.read("topic_members", TopicMember), ws.tables.read("topics", Topic)
    noise = sum(not member.topic_id for member in members) / max(len(members), 1)
    passed = noise <= ws.recipe.windows.warn_unclustered_share
    words = f"{noise:.1%} of {len(members)} articles are in no topic"
    if not passed:
        words += ": the windows hold too few articles that tell the same story; take longer windows or more articles"
    return Finding(
        passed,
        words,
        (
            Figure("unclustered_share", noise),
            Figure("topics", len(topics)),
            Figure("topics_over_three_countries", sum(topic.countries >= 3 for topic in topics)),
        ),
        ("topic", "window", "articles"),
        tuple((topic.name, topic.window, topic.size) for topic in sorted(topics, key=lambda row: -row.size)[: ws.recipe.checks.examples]),
    )


MOST_ARTICLES_HAVE_A_TOPIC = Check(
    "topics",
    "most_articles_have_a_topic",
    "The share of articles that no topic took is as the recipe finds normal. WARN: a sample can be drawn all the same, less evenly.",
    Severity.WARN,
    False,
    "windows.warn_unclustered_share",
    _most_have_a_topic,
)
