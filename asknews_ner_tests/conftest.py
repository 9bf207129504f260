"""Fixtures: articles, and a workspace in which all article stages ran once over the shipped sample (without Dagster)."""

import json
import os
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"  # no test may reach the model hub; read when huggingface_hub is imported
from pathlib import Path

import hypothesis
import pytest

from asknews_ner.factory import pipeline
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES, Recipe, load_recipe
from asknews_ner.records import Article
from asknews_ner.storage.tables import Partition

_HOME = tempfile.TemporaryDirectory(prefix="dagster-home-", ignore_cleanup_errors=True)
os.environ["DAGSTER_HOME"] = _HOME.name  # no test may write runs into the user's own history
# A machine that is busy makes no property false.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")
CELL_STAGES = {
    "early": [pipeline.ARTICLES, pipeline.CLEAN_ARTICLES],
    "middle": [pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS],
    "late": [pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES],
}


@pytest.fixture(scope="session")
def recipe() -> Recipe:
    return load_recipe("laptop")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; tests that need it are skipped where there is none."""
    place = os.environ.get("ASKNEWS_NER_SHARED")
    if not place or not Path(place).is_dir():
        pytest.skip("needs real data: set ASKNEWS_NER_SHARED to its folder")
    return Path(place)


@pytest.fixture(scope="session")
def manifest() -> list[dict]:
    lines = (sample_folder().parent / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def refresh_cells(ws: Workspace, phase: str) -> dict[str, int]:
    """All languages of all countries present; returns rows computed by stage."""
    computed: dict[str, int] = {}
    for country in sorted({cell.country for cell in ws.tables.partitions("arrivals")}):
        for stage in CELL_STAGES[phase]:
            for language in LANGUAGES:
                done = stage.refresh(ws, Partition(country, language))
                computed[stage.name] = computed.get(stage.name, 0) + done.computed
    return computed


def refresh_articles_to_dataset(ws: Workspace) -> dict[str, int]:
    """Every stage from files to splits; returns rows computed by stage."""
    computed = {}
    computed["arrivals"] = pipeline.ARRIVALS.refresh(ws, None).computed
    computed |= refresh_cells(ws, "early")
    computed["duplicates"] = pipeline.DUPLICATES.refresh(ws, None).computed
    computed |= refresh_cells(ws, "middle")
    computed["story_copies"] = pipeline.STORY_COPIES.refresh(ws, None).computed
    computed["topics"] = pipeline.TOPICS.refresh(ws, None).computed
    computed["sample"] = pipeline.SAMPLE.refresh(ws, None).computed
    computed["distribution"] = pipeline.DISTRIBUTION.refresh(ws, None).computed
    computed |= refresh_cells(ws, "late")
    computed["proposed_types"] = pipeline.PROPOSED_TYPES.refresh(ws, None).computed
    computed["dataset_examples"] = pipeline.SPLIT.refresh(ws, None).computed
    computed["type_counts"] = pipeline.TYPE_COUNTS.refresh(ws, None).computed
    computed["leakage"] = pipeline.LEAKAGE.refresh(ws, None).computed
    return computed


@pytest.fixture(scope="session")
def sample_ws(tmp_path_factory: pytest.TempPathFactory, recipe: Recipe) -> Workspace:
    """The shipped sample, from files to splits."""
    ws = Workspace(root=tmp_path_factory.mktemp("sample") / "laptop", articles=sample_folder(), recipe=recipe)
    refresh_articles_to_dataset(ws)
    return ws


def article(**changes: object) -> Article:
    """An article with plain values, changed where a test needs it."""
    values: dict = {
        "article_id": "https://a.example/1",
        "url": "https://a.example/1",
        "content_hash": "h1",
        "title": "A title",
        "text": "A text.",
        "language": "en",
        "language_origin": "declared",
        "country": "GB",
        "country_origin": "declared",
        "publisher": "A",
        "published_at": None,
        "fetched_at": None,
        "licence": "",
        "robots": "unknown",
        "robots_evidence": "",
        "notes": (),
        "source": "a.jsonl:1",
    }
    return Article(**{**values, **changes})
