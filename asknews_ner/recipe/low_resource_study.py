"""Slices of the recipe for the low-resource study's languages, trainings and report."""

from typing import Literal

from pydantic import Field, model_validator

from asknews_ner.recipe.base import Frozen, Positive, Share

Regime = Literal["scratch", "related", "gliner"]
CHARACTERS = "characters"
"""The encoder that is trained here from nothing, for CPUs without pretrained weights (`train/characters`)."""


class StudyLanguage(Frozen):
    """A language that the study does not have, or one of its eleven with other data or another related language."""

    name: str = Field(description="English name, as the prompt says it")
    identifier_code: str = Field(description="ISO 639-1 code, which language identifiers and WikiANN use")
    related: str | None = Field(description="code of the language whose human data trains the model first; empty: none")
    types: tuple[str, ...] = Field(min_length=1, description="entity types of the human data, such as PER")
    script: str = Field(description="first word of the Unicode names of its letters, such as LATIN")
    corpus: str = Field(description="human data on the hub: name, or name:configuration; also says how a folder of it is laid out")
    folder: str = Field(description="folder of the human data below ASKNEWS_NER_HUMAN_DATA; empty: found by the corpus's own layout")
    published: tuple[Positive, Positive, Positive] | None = Field(description="sentences for training, validation, test, to check against")
    is_target: bool = Field(description="false: its human data only trains models of related languages")


class CharacterParams(Frozen):
    """The encoder `characters`: words as bags of hashed character n-grams, read by convolutions over the sentence."""

    buckets: Positive = Field(description="rows of the table of n-grams; n-grams that share a row are one")
    shortest: Positive = Field(description="characters of the shortest n-gram")
    longest: Positive = Field(description="characters of the longest n-gram")
    dimensions: Positive = Field(description="of the n-grams' mean")
    sign_buckets: Positive = Field(description="rows of the table of shapes and capitals")
    sign_dimensions: Positive = Field(description="of their sum")
    layers: Positive = Field(description="convolutions; each sees one more word to either side")
    channels: Positive = Field(description="of each convolution")
    dropout: Share
    chain: bool = Field(description="whether a conditional random field chooses the best sequence of tags")
    max_words: Positive = Field(description="words of a sentence that are read; what stands behind is O")


class StudyTrainParams(Frozen):
    """Trainings of the study's grid: languages by sources by sizes by regimes by seeds."""

    encoder: str = Field(description="`characters`, or hub name or folder of any encoder with a fast tokenizer (study: XLM-R large)")
    revision: str | None
    characters: CharacterParams
    regimes: tuple[Regime, ...] = Field(
        min_length=1,
        description="`scratch`: on the target's rows alone; `related`: first on a related language's human data; `gliner`: a GLiNER",
    )
    gliner: str | None = Field(description="GLiNER that the regime `gliner` tunes, by hub name or folder, with the settings of `tune`")
    sizes: tuple[Positive, ...] = Field(min_length=1, description="training rows; a source with fewer gives all it has (study: to 5000)")
    least_rows: Positive = Field(description="a source with fewer is reported and left out (the study shows an LLM ten)")
    seeds: tuple[int, ...] = Field(min_length=1, description="one training each (study: one, 3535); also shuffles the rows")
    epochs: Positive = Field(description="on the target language (study: 10)")
    related_epochs: Positive = Field(description="on the related language, before (study: 5)")
    related_rows: Positive = Field(description="at most so many of the related language's rows (study: 8000)")
    least_steps: int = Field(ge=0, description="small sets are repeated until so many steps are done; 0: the epochs alone")
    patience: Positive | None = Field(description="stop after so many epochs without a better validation F1; empty: all epochs")
    batch_size: Positive = Field(description="study: 16")
    learning_rate: float = Field(gt=0, description="of the encoder (study: 2e-5)")
    head_learning_rate: float = Field(gt=0, description="of the classification layer")
    weight_decay: float = Field(ge=0, description="study: 0.01")
    warmup_share: Share = Field(description="share of the steps in which the rates rise; then they fall linearly to 0")
    max_gradient_norm: float = Field(gt=0, description="longer gradients are cut to this length (the trainer's default: 1)")
    max_pieces: Positive = Field(description="subword pieces of a sentence; what stands behind is cut")
    freeze_word_embeddings: bool
    validation: Literal["carved", "human"] = Field(
        description="rows that pick the epoch: a share of the training rows (nothing else is labelled), or the human validation split, "
        "which a language without labels does not have; the study took rows generated like the training rows"
    )
    validation_share: float = Field(gt=0, lt=1, description="of the training rows, where validation is carved out of them")

    @model_validator(mode="after")
    def _consistent(self) -> "StudyTrainParams":
        if "gliner" in self.regimes and not self.gliner:
            raise ValueError("regimes name gliner: say in `gliner` which one is tuned (hub name or folder)")
        if len(set(self.sizes)) != len(self.sizes) or list(self.sizes) != sorted(self.sizes):
            raise ValueError("sizes must rise, each named once")
        return self


class TransferParams(Frozen):
    """Which language's human data trains the model first."""

    choose: Literal["named", "measured"] = Field(
        description="`named`: the language's own `related`; `measured`: the one that shares most names, of those with human data at hand"
    )
    sentences: Positive = Field(description="sentences of each language that are compared, the first ones")


class StudyReportParams(Frozen):
    """Intervals, and the rule by which the question is answered."""

    bootstrap_samples: Positive
    confidence: float = Field(gt=0, lt=1, description="of the intervals, such as 0.95")
    human_size: Positive = Field(description="human rows that synthetic rows are held against (the study: about 100)")


class StudyParams(Frozen):
    """The low-resource study beyond generation: languages, trainings, transfer and report."""

    languages: dict[str, StudyLanguage] = Field(description="beside the study's eleven, by code; the same code replaces one of these")
    human_hub: bool = Field(description="whether human data that is not in the folder is fetched from the hub")
    wikiann: bool = Field(description="whether WikiANN rows are a source as well, as the study's control")
    train: StudyTrainParams
    transfer: TransferParams
    report: StudyReportParams
