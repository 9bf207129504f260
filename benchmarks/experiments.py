r"""Ablation, scaling, transfer and unseen languages on human gold: how the articles are chosen, how many, for which models and languages.

    ASKNEWS_NER_SHARED=<folder> \
        python benchmarks/experiments.py --workspace <folder> [--only ablation ...] [--size tiny] [--families crf ...] [--rows 600]

Passages of gold-labelled corpora in eight of the twelve languages stand as articles; they go through the pipeline's own stages to the
sample. The offline summariser gives each back nearly whole (a hundred sentences), and a server on the loopback plays the labeller: it
lists the human gold. So the figures measure the choice of rows, and no gazetteer. Country is the country of the corpus's language, so that
"even over countries" and "even over languages" are one here; windows of equal count, since the passages have no dates.

Test sets are other corpora where there are others (English, German, Portuguese, Russian), else the test split of the same corpus (Italian,
Ukrainian, Danish, Norwegian); unseen: corpora in languages of which no passage is. Every training is a file: run again to go on."""

import argparse
import datetime as dt
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from real_learning_parts.articles import GoldText, joined_text
from real_learning_parts.corpora import LEAST_WORDS, grouped, read

from asknews_ner.acquire.normalise import clean_text
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.offline.summarise import sentences
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.factory import models, pipeline
from asknews_ner.factory.reports.registry import report_named
from asknews_ner.factory.reports.report import launch_here
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import content_hash, stable_seed
from asknews_ner.recipe import LANGUAGES, OfflineParams, Recipe, load_recipe
from asknews_ner.storage.atomic import write_text
from asknews_ner.storage.tables import Partition
from asknews_ner.train.job import write_job
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, prompt_of, scripted

POOL = {
    "wikigold": ("en", "US", ("test",)),
    "broad_twitter": ("en", "GB", ("train", "dev")),
    "germeval14": ("de", "DE", ("dev",)),
    "uner_pt_bosque": ("pt", "PT", ("dev",)),
    "nerel": ("ru", "RU", ("train", "dev")),
    "ner_uk": ("uk", "UA", ("train",)),
    "kind_wikinews": ("it", "IT", ("train", "dev")),
    "uner_da_ddt": ("da", "DK", ("train", "dev")),
    "norne_nb": ("no", "NO", ("dev",)),
}
"""Corpora whose passages are articles: language, country, files."""

TESTS = {
    "crossner_ai": "en", "crossner_music": "en", "crossner_science": "en", "sec_filings": "en", "wikineural_de": "de",
    "wikineural_pt": "pt", "slavicner_ru": "ru", "ner_uk": "uk", "kind_wikinews": "it", "uner_da_ddt": "da", "norne_nb": "no",
    "wikineural_es": "es", "slavicner_cs": "cs", "slavicner_pl": "pl", "uner_sk_snk": "sk", "masakhaner2_swa": "swa",
    "masakhaner2_ibo": "ibo", "masakhaner2_yor": "yor", "masakhaner2_xho": "xho", "masakhaner2_zul": "zul", "masakhaner2_pcm": "pcm",
    "masakhaner1_amh": "amh", "ilner_hindi": "hi", "ilner_urdu": "ur", "ner_telugu": "te",
}  # fmt: skip
"""Corpora that score, by language."""

NESTED = ("germeval14", "nerel")
REPORTS = ("ablation", "scaling", "transfer", "unseen")
SIZES = {"full": (600, 4000, (1, 2, 3), 500), "tiny": (40, 160, (1, 2), 40)}
"""Sample, most passages of a corpus, seeds, sentences of a test set."""
WITH_ENCODERS = {"transfer": 60, "unseen": 80}
"""Articles of the reports that train encoders, too: three epochs of 100 such passages take a core two minutes and more."""
FAMILIES = {"transfer": ("crf", "characters", "minilm"), "unseen": ("minilm", "characters")}
SENTENCES_WITH_ENCODERS = 100
"""Of a test set, in those reports."""
SEED, START, WINDOW = 20240220, dt.datetime(2026, 3, 2, tzinfo=dt.UTC), 1500
_KEY = 40  # letters by which a sentence is known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--only", nargs="*", choices=REPORTS, default=list(REPORTS))
    parser.add_argument("--size", choices=sorted(SIZES), default="full")
    parser.add_argument("--families", nargs="*", default=[], help="of `transfer` and `unseen`; else three, and two")
    parser.add_argument("--rows", type=int, help="articles of `transfer` and `unseen`; else few, since encoders are slow")
    given = parser.parse_args()
    root = given.workspace.resolve()
    sample, most, seeds, test_sentences = SIZES[given.size]
    texts = gold_texts(most)
    write_articles(texts, root / "articles")
    write_tests(root / "benchmarks")
    with scripted(gold_server([text for text, _ in texts])) as server:
        ws = Workspace(
            root / "workspaces" / given.size, root / "articles", recipe_for(sample, seeds, test_sentences),
            {"default": Endpoint(server.url, "", 8)}, benchmarks=str(root / "benchmarks"),
        )  # fmt: skip
        to_sample(ws)
        if "gliner" in given.families:
            to_base_model(ws)
        for name in given.only:
            began = time.monotonic()
            done = report_named(name).refresh(with_encoders(ws, name, given.families, given.rows) if name in WITH_ENCODERS else ws, say)
            say(f"\n{done.section.title}\n{done.section.lead}\n{done.page}, {time.monotonic() - began:.0f} s\n")


def recipe_for(sample: int, seeds: tuple[int, ...], test_sentences: int) -> Recipe:
    """The laptop's recipe with the played labeller, whole passages, and every passage in a topic."""
    laptop = load_recipe("laptop")
    annotate = laptop.annotate.model_copy(
        update={
            "label": laptop.annotate.label.model_copy(update={"model": MODEL}),
            "offline": OfflineParams(summary_sentences=100, apertium=False),
        }
    )
    return laptop.model_copy(
        update={
            "name": "experiments",
            "annotate": annotate,
            "windows": laptop.windows.model_copy(update={"rule": "equal_count", "length": WINDOW}),
            "topics": laptop.topics.model_copy(update={"noise": "singleton"}),
            "sample": laptop.sample.model_copy(update={"size": sample}),
            "experiments": laptop.experiments.model_copy(update={"seeds": seeds, "test_sentences": test_sentences}),
        }
    )


def with_encoders(ws: Workspace, report: str, families: Sequence[str], rows: int | None) -> Workspace:
    """The same with fewer rows and sentences."""
    params = ws.recipe.experiments
    update = {
        "test_sentences": min(SENTENCES_WITH_ENCODERS, params.test_sentences or SENTENCES_WITH_ENCODERS),
        "families": {**params.families, "minilm": params.families["minilm"].model_copy(update={"batch_size": 4})},
        report: getattr(params, report).model_copy(
            update={"rows": rows or WITH_ENCODERS[report], "families": tuple(families) or FAMILIES[report]}
        ),
    }
    return replace(ws, recipe=ws.recipe.model_copy(update={"experiments": params.model_copy(update=update)}))


def gold_texts(most: int) -> list[tuple[GoldText, str]]:
    """Passages of 60 to 200 words with their gold, and the corpus's country."""
    ontology, found = load_ontology("ontology_v2.yaml"), []
    for corpus, (language, country, files) in POOL.items():
        left_out: Counter[tuple[str, str]] = Counter()
        own = []
        for file in files:
            for rows in grouped(read(corpus, file), corpus, file, SEED):
                made = joined_text(corpus, rows, ontology, left_out)
                if len(made.text.split()) >= LEAST_WORDS and clean_text(made.text) == made.text and "====" not in made.text:
                    own.append(made)
        kept = own[:most]
        found += [(text, country) for text in kept]
        words, spans = sum(len(text.text.split()) for text in kept), sum(len(text.gold) for text in kept)
        say(f"{corpus:<16} {language} {country}: {len(kept)} passages, {words:,} words, {spans:,} spans")
    return found


def write_articles(texts: list[tuple[GoldText, str]], folder: Path) -> None:
    """The drop folder: one JSON Lines file of articles, in a drawn order."""
    order = random.Random(stable_seed("articles", SEED)).sample(range(len(texts)), len(texts))
    lines = []
    for place, number in enumerate(order):
        text, country = texts[number]
        lines.append(
            {
                "url": f"https://{text.corpus.replace('_', '-')}.example/{content_hash(text.text)[:16]}",
                "title": " ".join(text.text.split()[:8]),
                "text": text.text,
                "language": POOL[text.corpus][0],
                "country": country,
                "publisher": text.corpus,
                "published_at": (START + dt.timedelta(minutes=place)).isoformat(),
            }
        )
    write_text(folder / "gold.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def write_tests(folder: Path) -> None:
    """Links to the shared test files, with the language that each is in."""
    for name, language in TESTS.items():
        place = folder / name / "test.jsonl"
        if not place.exists():
            rows = [json.dumps(row, ensure_ascii=False) + "\n" for row in read(name, "test")]
            write_text(place, "".join(rows))
            write_text(folder / name / "benchmark.yaml", f"language: {json.dumps(language)}\nnested: {json.dumps(name in NESTED)}\n")


def to_sample(ws: Workspace) -> None:
    """The pipeline's stages up to the sample; what is up to date stays."""
    pipeline.ARRIVALS.refresh(ws, None)
    countries = sorted({cell.country for cell in ws.tables.partitions("arrivals")})
    cells = [Partition(country, language) for country in countries for language in LANGUAGES]
    early: tuple[Stage, ...] = (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES)
    middle: tuple[Stage, ...] = (pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS)
    late: tuple[Stage, ...] = (pipeline.STORY_COPIES, pipeline.TOPICS, pipeline.SAMPLE)
    for stage in early:
        list(stage.refresh_many(ws, cells))
    pipeline.DUPLICATES.refresh(ws, None)
    for stage in middle:
        list(stage.refresh_many(ws, cells, say))
    for stage in late:
        stage.refresh(ws, None, say)


def to_base_model(ws: Workspace) -> None:
    """The base model that the family `gliner` starts from; minutes where it is not there."""
    for size in ws.recipe.sizes:
        job = models.base_job(ws, size)
        if job is not None and not models.is_here(job):
            path = ws.provenance / "jobs" / "base.json"
            write_job(job, path)
            launch_here("asknews_ner.train", path)


def gold_server(texts: list[GoldText]) -> Any:
    """Lists the gold of the passage that a text is made of, as far as it stands in the text."""
    known = {letters(sentence)[:_KEY]: text for text in texts for sentence in sentences(text.text)}

    def script(body: dict[str, Any]) -> Say:
        text = prompt_of(body).rpartition("===== TEXT BEGINS =====\n")[2].partition("\n===== TEXT ENDS =====")[0]
        asked = [letters(sentence)[:_KEY] for sentence in sentences(text)]
        votes = Counter(id(known[key]) for key in asked if key in known)
        if not votes:
            return Say(status=400, body={"error": {"message": f"no gold for {text[:60]!r}"}})
        best = next(one for key in asked if key in known and id(one := known[key]) == votes.most_common(1)[0][0])
        entities = [{"text": surface, "type": kind} for surface, kind in best.entities if surface in text]
        return Say(json.dumps({"entities": entities}, ensure_ascii=False))

    return script


def letters(text: str) -> str:
    """Letters and digits only: what no rule about blanks changes."""
    return "".join(character for character in text if character.isalnum())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
