"""One dataset in the making: its recipe, its folders, and the places of the servers it uses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from asknews_ner.acquire.publishers.files import open_registry
from asknews_ner.acquire.publishers.registry import Registry
from asknews_ner.annotate.annotator import Annotator
from asknews_ner.annotate.choose import annotator_for, panel_for
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.money import Budget
from asknews_ner.batches.mapper import HERE, Mapper
from asknews_ner.diversify.embedding.encoders import Encoder, SentenceTransformerEncoder
from asknews_ner.diversify.index.open import IndexPlace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import Recipe, TaskName
from asknews_ner.storage.locks import Say, all_locked, silent
from asknews_ner.storage.memo import Memo
from asknews_ner.storage.mirror import Mirror
from asknews_ner.storage.published import PublishedFolders
from asknews_ner.storage.replies import ReplyStore
from asknews_ner.storage.tables import TableStore


@dataclass(frozen=True)
class Workspace:
    """Where everything of one recipe lies. The memo and the base models lie beside it, shared by all recipes."""

    root: Path
    articles: Path
    recipe: Recipe
    places: Mapping[str, Endpoint] | Callable[[], Mapping[str, Endpoint]] = field(default_factory=dict)
    qdrant_url: str = ""
    qdrant_api_key: str | None = None
    qdrant_engine: str = "local"
    replies_url: str = ""
    budget_usd: float | None = None
    denied: Path | None = None
    own_publishers: Path | None = None
    review_folder: Path | None = None
    settle_seconds: float = 0.0
    """A file of articles that changed more recently is not read yet."""
    benchmarks: str = ""
    publish_to: str = ""
    """Repository of data sets on the hub; empty: a release stays in this folder."""
    tables_mirror: Mirror | None = None
    articles_mirror: Mirror | None = None
    sources: Path | None = None
    published: PublishedFolders | None = None
    mapper: Mapper = HERE
    """Who works on batches of rows: this process, or a Ray cluster."""

    @cached_property
    def tables(self) -> TableStore:
        """The tables of all stages: in this folder, or in an object store with copies in this folder."""
        return TableStore(self.root / "tables", self.tables_mirror)

    @cached_property
    def memo(self) -> Memo:
        """Vectors, shared by the workspaces in the same folder; beside the replies where these lie in a database of several machines."""
        in_a_file = not self.replies_url or self.replies_url.startswith("sqlite")
        return Memo(self.root.parent / "memo.sqlite" if in_a_file else self.replies_url)

    @cached_property
    def encoder(self) -> Encoder:
        """The recipe's sentence encoder. What ONNX Runtime reads lies beside the workspaces."""
        return SentenceTransformerEncoder(self.recipe.embed, self.root.parent / "onnx")

    @cached_property
    def replies(self) -> ReplyStore:
        """Annotators' replies: in the database at `replies_url`, or in a file shared by the workspaces in the same folder."""
        if not self.replies_url:
            self.root.parent.mkdir(parents=True, exist_ok=True)
        return ReplyStore(self.replies_url or f"sqlite:///{self.root.parent / 'replies.sqlite'}")

    @cached_property
    def endpoints(self) -> Mapping[str, Endpoint]:
        """Servers by task. Asked for only by those who ask an annotator: it may start a server of the run's own."""
        return self.places() if callable(self.places) else self.places

    @cached_property
    def budget(self) -> Budget | None:
        """The limit on spending, one for all tasks."""
        return None if self.budget_usd is None else Budget(self.budget_usd, self.recipe.annotate.prices)

    def annotator(self, task: TaskName) -> Annotator:
        """Who does a task. Raises AnnotatorError if the recipe wants a model and no server is given."""
        return annotator_for(task, self.recipe, self.endpoints, self.budget, self.mapper)

    @property
    def panel(self) -> dict[str, Annotator]:
        """The further annotators of entity labels, by name."""
        return panel_for(self.recipe, self.endpoints, self.budget, self.mapper)

    @property
    def dataset(self) -> Path:
        """The finished dataset's folder."""
        return self.root / "dataset"

    @property
    def releases(self) -> Path:
        """The numbered releases, by version."""
        return self.root / "releases"

    @property
    def models(self) -> Path:
        """The tuned models, by size: `<size>/tuned` and `<size>/control`."""
        return self.root / "models"

    @property
    def scores(self) -> Path:
        """The scores, by size of model."""
        return self.root / "scores"

    @property
    def base_models(self) -> Path:
        """Base models trained here, by fingerprint, shared by the workspaces in the same folder."""
        return self.root.parent / "base_models"

    @property
    def deny_file(self) -> Path:
        """The deny list; where no other file is named, one for all workspaces in the same folder."""
        return self.denied or self.root.parent / "deny_list.yaml"

    @cached_property
    def publishers(self) -> Registry:
        """The shipped publisher registry with the user's entries in it. Raises PublisherError if their file has a fault."""
        return open_registry(self.own_publishers)

    @property
    def source_list(self) -> Path:
        """The list of sources; where no other file is named, one for all workspaces in the same folder."""
        return self.sources or self.root.parent / "sources.yaml"

    @property
    def report(self) -> Path:
        """The report's folder."""
        return self.root / "report"

    @property
    def review(self) -> Path:
        """The folder of what is given to reviewers."""
        return self.root / "review"

    @property
    def verdict_files(self) -> Path:
        """The folder into which reviewers' exports are put."""
        return self.review_folder or self.review / "verdicts"

    @contextmanager
    def held(self, name: str, countries: Iterable[str] = (), say: Say = silent) -> Iterator[None]:
        """Make a table (its cells of these countries, or all of it) or another output as the only one; who comes second waits, and then
        finds it made. Machines that share an object store, and not this folder, are kept apart by conditions of its puts alone."""
        folder = self.root / "locks"
        files = [folder / name / f"{country}.lock" for country in countries] or [folder / f"{name}.lock"]
        with all_locked(files, say, f"another run makes {name}"):
            yield

    @property
    def index_place(self) -> IndexPlace:
        """Where the vector index is: a server, or an embedded Qdrant in a folder. At a server it belongs to the tables that fill it."""
        tables = self.tables_mirror.objects.url if self.tables_mirror else str(self.root.resolve())
        return IndexPlace(self.qdrant_url, self.root / "qdrant", self.qdrant_engine, self.qdrant_api_key, tables)

    @property
    def index_stamp(self) -> Path:
        """Says what the vector index was filled from."""
        return self.root / "vector_index.stamp"

    @property
    def is_spread_out(self) -> bool:
        """Whether other processes than this one work on batches."""
        return self.mapper is not HERE

    @property
    def fetch_rows(self) -> Path:
        """The log of requests: a row each."""
        return self.provenance / "fetches.jsonl"

    @property
    def deliveries(self) -> Path:
        """Copies of what sources read from under s3:// addresses."""
        return self.root / "delivered"

    def delivery(self, place: str) -> Path:
        """The copy of one such address."""
        return self.deliveries / fingerprint(place)[:16]

    @property
    def provenance(self) -> Path:
        """Run ids, clocks and cost: the only place that holds them."""
        return self.root / "provenance"
