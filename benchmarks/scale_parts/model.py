"""The sheet's arithmetic: what a plan costs in each stage. A plan's articles are divided among workspaces, each made for itself.

Stages over all articles hold a workspace's articles in memory and some compare them with one another, so that the size of a workspace
decides what they cost; what is done article by article costs the same however it is divided."""

from collections.abc import Callable
from dataclasses import dataclass

from scale_parts.inputs import Inputs
from scale_parts.prompts import PromptCharacters

HOUR = 3600.0
GB = 1e9
DROPPED, REPLIES, MEMO = "drop folder (packed as the tables are)", "replies (PostgreSQL)", "vectors' memo (PostgreSQL)"
QDRANT = "Qdrant, on its disks (all copies)"


@dataclass(frozen=True, slots=True)
class Plan:
    """`articles` in all, `workspace` of them at most in one workspace; `fetched`: pages from the web, else out of archives.

    `model`: prefix of the constants of the language model."""

    name: str
    articles: float
    workspace: float
    fetched: bool
    model: str

    @property
    def workspaces(self) -> float:
        """How many there are."""
        return self.articles / self.workspace


@dataclass(frozen=True, slots=True)
class Cost:
    """What one stage of one workspace costs. `cpu` seconds of one core; `gpu` seconds of one GPU; `memory` bytes of the process.

    `together`: it is one step of one process, so its CPU time is time on the clock. Otherwise it is divided among countries or pages."""

    stage: str
    cpu: float = 0.0
    gpu: float = 0.0
    gpu_kind: str = ""
    memory: float = 0.0
    together: bool = False
    moved_by: str = ""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Of one workspace, by task: requests, prompt tokens (of these in the prefix cache, at best), answer tokens."""

    task: str
    requests: float
    prompt: float
    cached: float
    answer: float


class Model:
    """The stages of one workspace of n articles."""

    def __init__(self, inputs: Inputs, prompts: PromptCharacters) -> None:
        self.of = inputs
        self.prompts = prompts

    # how many

    def accepted(self, n: float) -> float:
        """Articles that are kept by arrivals and clean_articles."""
        return n * self.of["accepted_share"]

    def originals(self, n: float) -> float:
        """Of these, what is no copy: summarised, embedded, clustered."""
        return self.accepted(n) * self.of["originals_share"]

    def sampled(self, n: float) -> float:
        """Articles that are labelled."""
        return min(self.of["sample_size"], self.originals(n) * self.of["clustered_share"])

    def topics(self, n: float) -> float:
        """Topics that get a name."""
        return self.originals(n) * self.of["clustered_share"] / self.of["articles_a_topic"]

    # what it costs

    def tokens(self, n: float) -> list[Tokens]:
        """What the language model reads and writes."""
        per, article = self.of["characters_a_token_english"], self.of["characters_a_token_article"]
        text = min(self.of["article_characters"], self.prompts.most_article_characters) / article
        tasks = (
            ("summarise", self.originals(n), self.prompts.summarise / per, text, self.prompts.answers["summarise"]),
            ("name_topics", self.topics(n), self.prompts.name_topics / per, self.of["title_tokens"], self.prompts.answers["name_topics"]),
            ("label", self.sampled(n), self.prompts.label / per, self.prompts.answers["summarise"], self.prompts.answers["label"]),
        )
        again = 1 + self.of["repeated_share"]
        return [
            Tokens(task, requests * again, requests * again * (fixed + own), requests * again * fixed, requests * again * answer)
            for task, requests, fixed, own, answer in tasks
        ]

    def stages(self, n: float, plan: Plan) -> list[Cost]:
        """All stages of a workspace of n articles, in the order of the pipeline."""
        of, kept, originals, sampled = self.of, self.accepted(n), self.originals(n), self.sampled(n)
        rows, stories = of["bytes_in_memory"], originals * of["story_bytes"]
        numbers = originals * of["vector_dimensions"] * 4  # all vectors once more, in a matrix of single precision
        asked = {one.task: one for one in self.tokens(n)}
        client = of["client_ms"] / 1000
        reading = (
            Cost("fetch pages", cpu=n * of["fetch_ms"] / 1000, moved_by="hosts read at once: `ASKNEWS_NER_FETCH_CONCURRENCY`")
            if plan.fetched
            else Cost("read archives", cpu=n / of["records_a_second"], moved_by="archives in several `asknews-ner acquire` at once")
        )
        return [
            reading,
            Cost("extract text", cpu=n / of["pages_a_second"], moved_by="`extract.fast_min_agreement`; processes of the pool"),
            self._whole("arrivals", n * of["arrivals_ms"], n * rows, "smaller workspaces"),
            Cost("articles, clean_articles", cpu=n * of["early_ms"] / 1000, moved_by="runs at once, one a country"),
            self._whole(
                "duplicates", kept / of["duplicates_a_second"] * 1000, kept * (rows + of["duplicates_bytes"]), "smaller workspaces"
            ),
            Cost(
                "summaries",
                cpu=asked["summarise"].requests * client + originals * of["summaries_ms"] / 1000,
                gpu=self._seconds(asked["summarise"], plan),
                gpu_kind=plan.model,
                moved_by="`annotate.summarise.model`, `max_input_characters`; replicas of the server",
            ),
            Cost(
                "summary_vectors",
                gpu=originals / of["vectors_a_second"],
                gpu_kind="h100",
                moved_by="`embed.encoder`, `embed.batch_size`",
            ),
            self._whole("story_copies", self._pairs_ms(originals), stories + 2 * numbers, "`copies.max_hours`, smaller workspaces"),
            self._whole(
                "topics",
                self._clusters_ms(originals),
                stories + self._window(originals) * of["vector_bytes"],
                "`windows.length`, `topics.engine`",
                gpu=self._seconds(asked["name_topics"], plan),
                gpu_kind=plan.model,
            ),
            self._whole("vector_index", originals * of["index_ms"], stories + numbers, "shards of the Qdrant server"),
            self._whole("sample", originals * of["sample_ms"], kept * rows, "`sample.nodes`, `sample.gap`, `sample.per_topic`"),
            self._whole("topic_map, distribution", originals * of["map_ms"], stories + numbers, "smaller workspaces"),
            Cost(
                "entity_labels",
                cpu=asked["label"].requests * client,
                gpu=self._seconds(asked["label"], plan),
                gpu_kind=plan.model,
                moved_by="`sample.size`, `annotate.label.model`",
            ),
            self._whole("examples, split, leakage", sampled * of["dataset_ms"], stories, "`sample.size`, `leakage.blocking`"),
        ]

    def _whole(self, stage: str, milliseconds: float, memory: float, moved_by: str, gpu: float = 0.0, gpu_kind: str = "") -> Cost:
        return Cost(stage, milliseconds / 1000, gpu, gpu_kind, self.of["process_bytes"] + memory, together=True, moved_by=moved_by)

    def _seconds(self, asked: Tokens, plan: Plan) -> float:
        """GPU seconds. Published speeds are of answer tokens (of prompts as long as articles) or of all tokens."""
        counted = asked.answer if self.of[f"{plan.model}_counts_answers"] else asked.prompt + asked.answer
        return counted / self.of[f"{plan.model}_tokens_a_second"]

    def _pairs_ms(self, stories: float) -> float:
        """Every story with every earlier one that is within the hours. Of news spread evenly over d hours a share of 2x - x² of all pairs
        is, with x the hours over d."""
        x = min(1.0, self.of["copies_hours"] / (24 * stories / self._stories_a_day))
        return stories**2 / 2 * (2 * x - x**2) * self.of["pair_ns"] / 1e6 + stories * self.of["story_ms"]

    def _clusters_ms(self, stories: float) -> float:
        """fast-hdbscan over each window of time; a workspace of less news than a window has one small window."""
        window = self._window(stories)
        growth: float = (window / self.of["cluster_vectors"]) ** self.of["cluster_power"]
        return stories / window * self.of["cluster_seconds"] * growth * 1000

    def _window(self, stories: float) -> float:
        """Stories in one window of time."""
        return min(stories, self._stories_a_day * self.of["window_hours"] / 24)

    @property
    def _stories_a_day(self) -> float:
        """Originals that a day brings: how dense the news are in time."""
        return self.originals(self.of["articles_a_day"])

    # what it takes to keep it

    def stored(self, n: float) -> dict[str, float]:
        """Bytes of a workspace by place; Qdrant's with all copies."""
        of = self.of
        asked = sum(one.requests for one in self.tokens(n))
        return {
            DROPPED: n * of["arrivals_bytes"],
            "tables of articles (three stages)": 3 * n * of["arrivals_bytes"],
            "tables of summaries, vectors, topics": self.originals(n) * (of["summary_bytes"] + of["vector_dimensions"] * 4),
            REPLIES: asked * of["reply_bytes"],
            MEMO: self.originals(n) * of["vector_dimensions"] * 4,
            QDRANT: self.originals(n) * of["qdrant_disk_bytes"] * of["qdrant_replicas"],
        }

    def qdrant_memory(self, articles: float) -> float:
        """Bytes of memory for vectors of so many articles, all copies: number · dimensions · 4 bytes · 1.5, by Qdrant's own rule."""
        return self.originals(articles) * self.of["vector_dimensions"] * 4 * self.of["qdrant_overhead"] * self.of["qdrant_replicas"]


def largest(fits: Callable[[float], bool], most: float = 1e9) -> float:
    """The largest number of articles for which it holds (to half a percent), `most` if it holds there."""
    low, high = 1000.0, most
    if fits(high):
        return high
    while high / low > 1.005:
        middle = (low * high) ** 0.5
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low
