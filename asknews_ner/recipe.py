"""The recipe: every choice that shapes a dataset, in one frozen, validated YAML file.

There are no defaults here on purpose: a recipe file states each value, so that reading it is knowing what was done.
Environment variables hold only places and secrets."""

import datetime as dt
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from asknews_ner.fingerprints import fingerprint

LANGUAGES = ("ar", "da", "de", "en", "es", "fr", "it", "no", "pt", "ru", "sv", "uk")
"""The twelve languages of the paper (dataset card), ISO 639-1, sorted as Dagster sorts partition keys."""

Language = Literal["ar", "da", "de", "en", "es", "fr", "it", "no", "pt", "ru", "sv", "uk"]
TaskName = Literal["summarise", "label", "name_topics", "generate"]
OFFLINE = "offline"
CLOSED_LABEL_PROMPT = "label_v1.jinja"


class RecipeError(ValueError):
    """The recipe cannot be used; the message says which key, why, and what to write instead."""


class Frozen(BaseModel):
    """Base of all parameter classes: immutable, and unknown keys are errors (a misspelt key must not be ignored)."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[int, Field(gt=0)]


class AcquireParams(Frozen):
    """Arriving rows → articles."""

    languages: tuple[Language, ...] = Field(description="languages that are kept; all others are rejected, with the reason")
    identify_min_characters: Positive = Field(description="shorter texts are not identified: the declared language stands")
    correct_from_confidence: Share = Field(description="a declared language is corrected when the identifier is at least this sure")
    max_characters: Positive = Field(description="longer texts are rejected: not one article, or a broken export")


class CleanParams(Frozen):
    """Articles → clean articles."""

    min_characters: int = Field(ge=0, description="AskNews drops contents under 150 characters")
    max_boilerplate_share: Share = Field(description="share of sentences that are consent banners, paywalls and the like")
    max_repeated_share: Share = Field(description="share of lines that repeat an earlier line of the same text")


class DuplicateParams(Frozen):
    """Copies over all countries and languages."""

    shingle_words: Positive = Field(description="words per shingle")
    permutations: Positive = Field(description="MinHash permutations; more is more exact and slower")
    min_similarity: Share = Field(description="Jaccard similarity from which two texts tell the same words")


class ModelChoice(Frozen):
    """Who does a task: the offline annotator, or a model behind an OpenAI-compatible endpoint."""

    model: str = Field(description="`offline`, or the model's name as the server knows it")
    revision: str | None = Field(description="commit or tag of the model on the hub; part of the replies' key")
    guided: bool = Field(description="ask the server to keep to the JSON schema while decoding (response_format)")
    attempts: Positive = Field(description="requests for one input, with other settings each time, until it is given up")
    prompt: str = Field(description="file name of the prompt template in annotate/prompts, with its version")
    temperature: float = Field(ge=0, le=2)
    max_output_tokens: Positive
    max_input_characters: Positive = Field(description="longer texts are cut to head and tail, and counted")


class PanelMember(ModelChoice):
    """A further annotator of the same texts: another model, or another sample of the same one."""

    name: str = Field(description="how it is called in tables; different for each member")
    sample: int = Field(ge=0, description="another number is another draw of the same model; needs a temperature above 0")


class OfflineParams(Frozen):
    """The extractive summariser and the rules, for tasks whose model is `offline`."""

    summary_sentences: Positive = Field(description="sentences kept, in their order")
    apertium: bool = Field(description="translate with Apertium where it is installed and has the pair")


class Price(Frozen):
    """What a model's tokens cost, in USD a million."""

    input: float = Field(ge=0, description="tokens of the prompt")
    cached_input: float = Field(ge=0, description="tokens of the prompt that came from the server's prefix cache")
    output: float = Field(ge=0, description="tokens of the answer")


class FidelityParams(Frozen):
    """What a summary must keep of its article. Shares are of what stands in the summary; see benchmarks/fidelity.py for what they tell."""

    action: Literal["flag", "reject"] = Field(description="what becomes of a summary below a threshold")
    min_grounded: Share = Field(description="share of the summary's names, numbers and months that the article has, in any script")
    min_numbers: Share = Field(description="share of the summary's numbers that the article has")
    min_count: Positive = Field(description="shares of fewer things than this decide nothing")
    max_length_ratio: float = Field(gt=0, description="characters of the summary by those of the article")
    other_language_from_confidence: Share = Field(description="a summary identified as another language counts from this confidence on")
    similarity: bool = Field(description="embed article and summary with the recipe's encoder, where it knows both languages")
    min_similarity: float = Field(ge=-1, le=1, description="cosine of the two")


class AnnotateParams(Frozen):
    """Who does which task."""

    summarise: ModelChoice
    label: ModelChoice
    name_topics: ModelChoice
    generate: ModelChoice
    label_panel: tuple[PanelMember, ...] = Field(description="further annotators for `label`; with any, spans are decided by vote")
    consensus_share: Share = Field(description="a span stays when more than this share of the annotators marked it with the same type")
    label_types: Literal["closed", "open"] = Field(
        description="`closed`: only the ontology's types may be named; `open`: any, and the ontology sorts them"
    )
    fidelity: FidelityParams
    prices: dict[str, Price] = Field(description="by model name; models that stand here cost money, others only tokens")
    offline: OfflineParams

    @model_validator(mode="after")
    def _consistent(self) -> "AnnotateParams":
        if self.label_types == "open" and self.label.prompt == CLOSED_LABEL_PROMPT:
            raise ValueError(
                f"annotate.label_types is `open`, and {CLOSED_LABEL_PROMPT} asks for the listed types only: use label_open_v1.jinja"
            )
        if any(member.model == OFFLINE and OFFLINE not in member.name for member in self.label_panel):
            raise ValueError("annotate.label_panel: the name of an offline member must hold `offline`, since cards and reports go by it")
        names = [member.name for member in self.label_panel]
        if len(set(names)) < len(names) or self.label.model in names:
            raise ValueError("annotate.label_panel: each member needs a name of its own, other than the model of `label`")
        return self

    def choice(self, task: TaskName) -> ModelChoice:
        """The model chosen for a task."""
        return getattr(self, task)  # type: ignore[no-any-return]


class EmbedParams(Frozen):
    """Summaries → vectors."""

    encoder: str = Field(description="`packaged-minilm`, a hub name such as `thenlper/gte-base`, or a folder")
    revision: str | None = Field(description="revision of a hub model")
    text: Literal["title and summary", "summary"]
    batch_size: Positive
    untranslated: Literal["encode", "lexical"] = Field(
        description="`lexical` adds name-and-number features shared across languages, and leaves the encoder out where the "
        "text is in a language that it does not know; `encode` trusts the encoder with every language"
    )
    encoder_languages: tuple[str, ...] = Field(description="languages the encoder knows")
    lexical_dimensions: int = Field(ge=0, description="size of the lexical part; 0 with `encode`")
    lexical_weight: Share = Field(description="weight of the lexical part, 1 minus it for the encoder")


class CopyParams(Frozen):
    """Copies among summaries: a pair must be near in time, in vector and in words; benchmarks/wire_copies.py says what values find."""

    max_hours: float = Field(gt=0, description="articles published further apart are no copies; undated ones are compared with all")
    min_cosine: float = Field(ge=-1, le=1, description="cosine of the encoder's vectors, where it knows both languages")
    min_cosine_lexical: float = Field(
        ge=-1, le=1, description="cosine of names and numbers, where the encoder does not know one of the two"
    )
    shingle_words: Positive = Field(description="words per shingle")
    min_shared_words: Share = Field(description="share of the shorter summary's shingles that the other has; articles of one language")
    min_shared_translated: Share = Field(
        description="the same, of articles in two languages with summaries in one: translators differ in words"
    )
    min_names_in_order: Positive = Field(description="names and numbers in the same order, for summaries in two languages")
    leave_out_of_sample: bool = Field(description="copies stay in their topics, and only the elected one can be sampled")


class WindowParams(Frozen):
    """Which articles are clustered together."""

    rule: Literal["hours", "days", "equal_count", "evenly_spaced"] = Field(
        description="`hours` and `days`: every window that has articles, so that a refresh adds the new ones; `equal_count`: for archives; "
        "`evenly_spaced`: `count` windows from `start` to `end`, what lies between them is left out, with a reason"
    )
    length: Positive = Field(description="hours, days, or articles per window; windows of hours and days start at midnight UTC")
    count: Annotated[int, Field(ge=2)] | None = Field(description="number of evenly spaced windows, of `length` hours each")
    start: dt.datetime | None = Field(description="start of the first evenly spaced window, with its zone")
    end: dt.datetime | None = Field(description="end of the last evenly spaced window, with its zone")
    warn_unclustered_share: Share = Field(description="a larger share of noise is said on the screen and in the report")

    @model_validator(mode="after")
    def _spaced(self) -> "WindowParams":
        given = [value for value in (self.count, self.start, self.end) if value is not None]
        if self.rule != "evenly_spaced":
            if given:
                raise ValueError("windows.count, start and end belong to `rule: evenly_spaced`; write null for the others")
            return self
        if self.count is None or self.start is None or self.end is None or self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("windows.rule `evenly_spaced` needs count, start and end, the times with a zone (2024-02-20T00:00Z)")
        if self.end - self.start < dt.timedelta(hours=self.length) * self.count:
            raise ValueError("windows.count windows of windows.length hours do not fit between start and end without overlap")
        return self


class TopicParams(Frozen):
    """Vectors of a window → topics."""

    engine: Literal["hdbscan", "scikit-learn", "fast-hdbscan"]
    fast_from_articles: Positive = Field(description="windows of `hdbscan` with so many articles are clustered by fast-hdbscan: see docs")
    fast_neighbours: Positive = Field(description="neighbours from which fast-hdbscan builds its tree")
    min_cluster_size: Annotated[int, Field(ge=2)]
    min_samples: Positive = Field(description="neighbours that make a point dense, itself not counted (scikit-learn counts it)")
    selection: Literal["eom", "leaf"]
    epsilon: float = Field(ge=0, description="clusters nearer than this (euclidean, on unit vectors) are not split")
    reduce_to: int = Field(ge=0, description="UMAP dimensions before clustering, 0 for none")
    reduce_from_articles: Positive = Field(description="windows with fewer articles are clustered in full dimension")
    noise: Literal["drop", "singleton", "nearest"] = Field(
        description="what no cluster took: stays outside (the sample's noise_share may take of it), is a topic of its own, or joins the "
        "nearest topic of its window"
    )
    nearest_min_cosine: float = Field(ge=-1, le=1, description="cosine to the topic's centre below which `nearest` leaves it outside")
    link_windows: int = Field(ge=0, description="a topic may continue a story of so many windows before; 0 links none")
    link_min_cosine: float = Field(ge=-1, le=1, description="cosine of the two centres")
    name_words: Positive = Field(description="words in an offline topic name")
    categories: tuple[str, ...] = Field(description="categories among which an LLM chooses one for a topic")


class EvenParams(Frozen):
    """What evenness over a kind of group counts, 0 for nothing: the weight of its sum of n log n (diversify/balance.py)."""

    topic: float = Field(ge=0)
    country_in_topic: float = Field(ge=0, description="countries within each topic")
    country: float = Field(ge=0, description="countries over the whole sample")
    language: float = Field(ge=0)
    publisher: float = Field(ge=0)


class SampleParams(Frozen):
    """Topics → the articles that are labelled."""

    size: Positive = Field(description="articles to label; all are taken when there are fewer")
    method: Literal["balanced", "random"]
    even: EvenParams
    noise_share: Share = Field(description="at most this share of the size is taken from unclustered articles")
    per_topic: Positive | None = Field(description="at most so many of one topic")
    per_country: Positive | None = Field(description="at most so many of one country")
    per_language: Positive | None = Field(description="at most so many of one language")
    per_publisher: Positive | None = Field(description="at most so many of one publisher; articles without one are not limited")
    within: Literal["recent", "random"] = Field(
        description="who comes first among articles of the same topic, country, language, publisher"
    )
    gap: Share = Field(description="the search may end when no choice can be better by more than this share of the cost")
    nodes: Positive = Field(description="branches after which the search ends with the best choice found")


class DatasetParams(Frozen):
    """Labels → examples → splits."""

    ontology: str = Field(description="file name of the ontology in dataset/, with its version")
    unknown_labels: Literal["keep", "drop"] = Field(description="labels that the ontology does not know")
    occurrences: Literal["all", "first"] = Field(description="which occurrences of a labelled surface are marked")
    max_words: Positive = Field(description="longer texts are rejected with a reason, never cut silently")
    max_span_words: Positive = Field(description="longer spans are dropped and counted")
    min_words: Positive
    split_by: Literal["window", "topic"] = Field(description="unit that is never divided between splits; noise articles are their own")
    validation_share: Share
    test_share: Share


class BaseModelParams(Frozen):
    """The model that is tuned."""

    kind: Literal["template-trained", "pretrained"]
    name: str = Field(description="hub name or folder of a GLiNER; `minilm` for the backbone of the template-trained one")
    revision: str | None
    sentences: int = Field(ge=0, description="template sentences, for the template-trained base")
    steps: int = Field(ge=0)
    batch_size: Positive
    encoder_learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    hidden_size: Positive
    max_width: Positive
    freeze_word_embeddings: bool
    focal_alpha: float = Field(description="weight of positives in the focal loss, -1 for plain binary cross-entropy")
    focal_gamma: float = Field(ge=0)


class TuneParams(Frozen):
    """Fine-tuning (paper: AdamW 1e-6, ReduceLROnPlateau, 25 epochs, batch 5)."""

    epochs: Positive
    batch_size: Positive
    encoder_learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    weight_decay: float = Field(ge=0)
    plateau_factor: float = Field(gt=0, lt=1)
    plateau_patience: int = Field(ge=0)
    max_types: Positive = Field(description="entity types shown to the model per example, positives and negatives")
    max_length: Positive = Field(description="words per example")
    freeze_word_embeddings: bool
    focal_alpha: float = Field(description="weight of positives in the focal loss, -1 for plain binary cross-entropy")
    focal_gamma: float = Field(ge=0)


class EvaluateParams(Frozen):
    """Scores."""

    threshold: Share
    bootstrap_samples: Positive
    batch_size: Positive
    template_sentences: int = Field(ge=0, description="held-out template sentences to score on; for bases trained on templates")


class GenerateParams(Frozen):
    """The low-resource study: human sentences → replies."""

    calls: Positive = Field(description="calls to the model (study: 250 for training data)")
    sentences_per_call: Positive = Field(description="new sentences asked for in a call (study: 20)")
    seeds_per_call: Positive = Field(description="human sentences shown in a call (study: 10)")
    seed_choice: Literal["random", "covering"] = Field(description="`random` as in the study; `covering` shows every type")
    seed: int = Field(description="draws the human sentences; another seed is another experiment (study: 3535)")


class FilterParams(Frozen):
    """The low-resource study: what counts as a usable sentence."""

    mend_escapes: bool = Field(description="restore letters written as escapes with two zeros too many (the study kept them broken)")
    max_tokens: Positive = Field(description="longer sentences are rejected: a model in a loop")
    min_script_share: Share = Field(description="share of letters in the language's script; 0 accepts every script")
    identify_min_characters: int = Field(ge=0, description="shorter sentences are not identified")
    wrong_language_from_confidence: Share = Field(description="another language counts from this confidence on")
    reject_seed_copies: bool = Field(description="sentences with the words of a human one (the study kept them)")
    reject_duplicates: bool = Field(description="sentences with the words of an earlier one (the study kept them)")


class LowResourceParams(Frozen):
    """The seed-based study (Kamath and Vajjala 2025)."""

    generate: GenerateParams
    filter: FilterParams


class Recipe(Frozen):
    """All of it. `fingerprint()` changes when any value changes."""

    name: str
    description: str
    seed: int
    acquire: AcquireParams
    clean: CleanParams
    duplicates: DuplicateParams
    annotate: AnnotateParams
    embed: EmbedParams
    copies: CopyParams
    windows: WindowParams
    topics: TopicParams
    sample: SampleParams
    dataset: DatasetParams
    base_model: BaseModelParams
    tune: TuneParams
    evaluate: EvaluateParams
    low_resource: LowResourceParams

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        if self.dataset.validation_share + self.dataset.test_share >= 1:
            raise ValueError("dataset.validation_share and dataset.test_share leave nothing for training")
        if (self.embed.untranslated == "lexical") != (self.embed.lexical_dimensions > 0):
            raise ValueError("embed.lexical_dimensions must be above 0 with `untranslated: lexical`, and 0 with `encode`")
        return self

    def fingerprint(self) -> str:
        """SHA-256 of all values."""
        return fingerprint(self)

    def with_model(self, model: str, revision: str | None = None) -> "Recipe":
        """The same recipe with one LLM for all tasks (the setting ASKNEWS_NER_LLM_MODEL, or --llm-model)."""
        annotate = self.annotate.model_dump()
        for task in ("summarise", "label", "name_topics", "generate"):
            annotate[task].update(model=model, revision=revision)
        return self.model_copy(update={"annotate": AnnotateParams.model_validate(annotate)})


def shipped_recipes() -> list[str]:
    """Names of the recipes in the package."""
    return sorted(
        path.name.removesuffix(".yaml") for path in resources.files("asknews_ner.recipes").iterdir() if path.name.endswith(".yaml")
    )


def load_recipe(name_or_path: str) -> Recipe:
    """A shipped recipe by name, or any YAML file by path.

    Raises RecipeError naming each wrong, missing or unknown key."""
    path = Path(name_or_path)
    if name_or_path in shipped_recipes():
        text = resources.files("asknews_ner.recipes").joinpath(f"{name_or_path}.yaml").read_text(encoding="utf-8")
    elif path.is_file():
        text = path.read_text(encoding="utf-8")
    else:
        raise RecipeError(
            f"no recipe {name_or_path!r}: it is neither shipped ({', '.join(shipped_recipes())}) nor a file; "
            "give one of these names or the path of a YAML file"
        )
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise RecipeError(f"recipe {name_or_path}: not valid YAML: {error}") from error
    if not isinstance(values, Mapping):
        raise RecipeError(f"recipe {name_or_path}: expected a mapping of sections, found {type(values).__name__}")
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(f"recipe {name_or_path}: {_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    """One line per fault: where, what, what to do."""
    lines = []
    for fault in error.errors():
        where = ".".join(str(part) for part in fault["loc"]) or "the recipe"
        if fault["type"] == "extra_forbidden":
            lines.append(f"unknown key {where}: remove it or correct its spelling")
        elif fault["type"] == "missing":
            lines.append(f"missing key {where}: add it (a shipped recipe shows the form)")
        else:
            lines.append(f"{where}: {fault['msg']} (found {fault['input']!r:.80})")
    return "; ".join(lines)
