"""Topics of the shipped sample against its stories: what the lexical part of the vectors brings where nothing translated.

    python benchmarks/topics_on_sample.py        prints one line a setting: topics, noise, adjusted Rand index

The stories are invented and share their names and figures across languages: an easy case, and the one the recipe is made for.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sklearn.metrics import adjusted_rand_score

from asknews_ner.acquire.arrivals import arrive
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import list_files, read_rows
from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate.offline.annotator import OfflineAnnotator
from asknews_ner.annotate.summaries import summarise
from asknews_ner.clean.duplicates import find_duplicates
from asknews_ner.clean.quality import keep_articles
from asknews_ner.diversify.clustering.topics import TopicName, find_topics
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import embed
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.memo import Memo
from asknews_ner.storage.replies import ReplyStore


def unnamed(topics: Sequence[Sequence[str]]) -> list[TopicName]:
    return [TopicName("", "", "")] * len(topics)


def main() -> None:
    recipe = load_recipe("laptop")
    folder = sample_folder()
    arrived = arrive(
        (row for file in list_files(folder) for row in read_rows(file, folder)), recipe.acquire, packaged_identifier(), DenyList()
    )
    clean = keep_articles(arrived.outcome.kept, recipe.clean)
    originals, _ = find_duplicates(clean.kept, recipe.duplicates)
    folder_of_stores = Path(tempfile.mkdtemp())
    memo, store = Memo(folder_of_stores / "memo.sqlite"), ReplyStore(f"sqlite:///{folder_of_stores / 'replies.sqlite'}")
    annotator = OfflineAnnotator(recipe.annotate.offline, recipe.topics.name_words)
    summaries = summarise(originals.kept, recipe.annotate.summarise, annotator, store, lambda *_: None).outcome
    lines = (folder.parent / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    story = {row["key"]: row["story"] or row["key"] for row in map(json.loads, lines)}
    english = recipe.embed.model_copy(update={"untranslated": "encode", "lexical_dimensions": 0})
    settings = {"MiniLM alone": english}
    settings |= {f"with lexical part, weight {w}": recipe.embed.model_copy(update={"lexical_weight": w}) for w in (0.5, 0.7, 0.9)}
    for name, params in settings.items():
        vectors, _, _ = embed(summaries.kept, params, SentenceTransformerEncoder(params), memo, lambda *_: None)
        found = find_topics(vectors, recipe.windows, recipe.topics, recipe.seed, memo, unnamed)
        gold = [story[member.article_id] for member in found.outcome.kept]
        ours = [member.topic_id or member.article_id for member in found.outcome.kept]
        languages = sum(topic.languages for topic in found.topics) / max(len(found.topics), 1)
        print(
            f"{name:32} {len(found.topics):3} topics, {languages:.1f} languages each, {found.noise_share:4.0%} unclustered, "
            f"ARI {adjusted_rand_score(gold, ours):.3f}"
        )


if __name__ == "__main__":
    main()
