"""Slices of the recipe for experiments: many small trainings on one dataset, compared."""

from typing import Literal

from pydantic import Field, model_validator

from asknews_ner.recipe.base import Frozen, Positive, Share


class CrfParams(Frozen):
    """The family `crf`: features and penalties of CRFsuite."""

    c1: float = Field(ge=0, description="L1 penalty")
    c2: float = Field(ge=0, description="L2 penalty")
    least_count: int = Field(ge=0, description="features that occur less often are left out")


class ExperimentFamily(Frozen):
    """One kind of model and how it is trained. What is not said here is as in `low_resource.study.train`."""

    learner: Literal["characters", "encoder", "gliner", "crf"] = Field(
        description="`characters`: a network trained from nothing; `encoder`: one class a word on a pretrained encoder; `gliner`: a "
        "GLiNER, tuned; `crf`: a conditional random field over features of words"
    )
    model: str = Field(
        description="hub name or folder of the encoder (`minilm`: the packaged one) or of the GLiNER (`base`: the recipe's own base model "
        "of its smallest size); empty for what is trained from nothing"
    )
    revision: str | None
    epochs: Positive
    least_steps: int = Field(ge=0, description="small sets are repeated until so many steps are done")
    batch_size: Positive
    learning_rate: float = Field(gt=0)
    head_learning_rate: float = Field(gt=0)
    freeze_word_embeddings: bool


class AblationParams(Frozen):
    """Ways to choose the articles, at equal numbers of rows."""

    family: str
    rows: Positive | None = Field(description="articles that each way may choose; empty: as many as the sample has")
    generated_calls: int = Field(
        ge=0,
        description="most calls for sentences without news, written by the model of `annotate.generate`; 0, or an offline one: none",
    )


class ScalingParams(Frozen):
    """F1 by number of rows."""

    family: str
    shares: tuple[float, ...] = Field(min_length=4, description="sizes as shares of the sample; above 1 further articles are labelled")
    fits: Positive = Field(description="bootstrap draws to which the law is fitted")

    @model_validator(mode="after")
    def _rising(self) -> "ScalingParams":
        if list(self.shares) != sorted(set(self.shares)) or self.shares[0] <= 0:
            raise ValueError("experiments.scaling.shares must rise and be above 0")
        return self


class TransferFamiliesParams(Frozen):
    """The same data in other families of models."""

    families: tuple[str, ...] = Field(min_length=1)
    rows: Positive | None = Field(description="articles of the sample, drawn with the recipe's seed; empty: all")


class UnseenParams(Frozen):
    """Languages of which no row was trained on."""

    families: tuple[str, ...] = Field(min_length=1, description="the last is the control: a model that reads characters")
    only: str = Field(description="language of the arm of one language, held against all languages at the same number of rows")
    rows: Positive | None = Field(description="articles of each arm; empty: as many as the sample has")


class ExperimentParams(Frozen):
    """Ablation, scaling, transfer and unseen languages: rows chosen, labelled, trained on and scored on the benchmarks at hand."""

    types: tuple[str, ...] = Field(
        min_length=1, description="entity types that are compared, of the ontology; finer types count as these, others are left out"
    )
    families: dict[str, ExperimentFamily] = Field(min_length=1)
    crf: CrfParams
    seeds: tuple[int, ...] = Field(min_length=1, description="one training each; also draws the rows where chance decides")
    validation_share: float = Field(gt=0, lt=1, description="of the rows, to pick the epoch")
    test_sentences: Positive | None = Field(description="of each benchmark, drawn with the recipe's seed; empty: all")
    max_shared_runs: Share = Field(description="a test sentence leaves if a larger share of its runs of words stands in the trained rows")
    run_words: Positive = Field(description="words of such a run")
    bootstrap_samples: Positive
    confidence: float = Field(gt=0, lt=1)
    ablation: AblationParams
    scaling: ScalingParams
    transfer: TransferFamiliesParams
    unseen: UnseenParams

    @model_validator(mode="after")
    def _families_are_known(self) -> "ExperimentParams":
        named = {self.ablation.family, self.scaling.family, *self.transfer.families, *self.unseen.families}
        if unknown := sorted(named - set(self.families)):
            raise ValueError(f"experiments name families that experiments.families lacks: {', '.join(unknown)}")
        return self
