"""The whole recipe, and reading one."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe.annotate import AnnotateParams
from asknews_ner.recipe.articles import AcquireParams, CleanParams, DuplicateParams
from asknews_ner.recipe.audit import DistributionAuditParams
from asknews_ner.recipe.base import Frozen, RecipeError
from asknews_ner.recipe.checks import CheckParams
from asknews_ner.recipe.diversify import CopyParams, EmbedParams, SampleParams, TopicParams, WindowParams
from asknews_ner.recipe.experiments import ExperimentParams
from asknews_ner.recipe.explorer import ExplorerParams
from asknews_ner.recipe.extraction import ExtractParams
from asknews_ner.recipe.fetch import FetchParams
from asknews_ner.recipe.fidelity import FidelityReportParams
from asknews_ner.recipe.hand_checks import HandCheckParams
from asknews_ner.recipe.leakage import LeakageParams
from asknews_ner.recipe.low_resource import LowResourceParams
from asknews_ner.recipe.models import (
    SIZES,
    DatasetParams,
    EncoderFitParams,
    EvaluateParams,
    PredictParams,
    ReleaseParams,
    Size,
    TokenClassifierParams,
)
from asknews_ner.recipe.overlay import extended
from asknews_ner.recipe.review import ReviewParams
from asknews_ner.recipe.sources import SourceParams
from asknews_ner.recipe.training import BaseModelParams, TuneParams
from asknews_ner.yaml_text import loaded


class Recipe(Frozen):
    """All of it. `fingerprint()` changes when any value changes."""

    name: str
    description: str
    seed: int
    acquire: AcquireParams
    sources: SourceParams
    fetch: FetchParams
    extract: ExtractParams
    clean: CleanParams
    duplicates: DuplicateParams
    annotate: AnnotateParams
    embed: EmbedParams
    copies: CopyParams
    windows: WindowParams
    topics: TopicParams
    sample: SampleParams
    dataset: DatasetParams
    review: ReviewParams
    encoder_fit: EncoderFitParams
    leakage: LeakageParams
    release: ReleaseParams
    checks: CheckParams
    audit: DistributionAuditParams
    hand_checks: HandCheckParams
    fidelity: FidelityReportParams
    base_models: dict[Size, BaseModelParams] = Field(
        min_length=1, description="the model that is tuned, for each size that this recipe makes"
    )
    tune: TuneParams
    token_classifier: TokenClassifierParams
    evaluate: EvaluateParams
    predict: PredictParams
    low_resource: LowResourceParams
    experiments: ExperimentParams
    explorer: ExplorerParams

    @model_validator(mode="after")
    def _consistent(self) -> "Recipe":
        if self.dataset.validation_share + self.dataset.test_share >= 1:
            raise ValueError("dataset.validation_share and dataset.test_share leave nothing for training")
        if ("study" in self.annotate.generate.prompt) != (self.low_resource.generate.form == "study"):
            raise ValueError(
                f"low_resource.generate.form is `{self.low_resource.generate.form}`, and annotate.generate.prompt is "
                f"{self.annotate.generate.prompt}, which asks for the other form: take generate_v2.jinja for `ours`, "
                "generate_study_open_v1.jinja or generate_study_api_v1.jinja for `study`"
            )
        if (self.embed.untranslated == "lexical") != (self.embed.lexical_dimensions > 0):
            raise ValueError("embed.lexical_dimensions must be above 0 with `untranslated: lexical`, and 0 with `encode`")
        return self

    def fingerprint(self) -> str:
        """SHA-256 of all values."""
        return fingerprint(self)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """Sizes of models that this recipe makes, the smallest first."""
        return tuple(size for size in SIZES if size in self.base_models)

    def base_model(self, size: Size) -> BaseModelParams:
        """The base model of a size. Raises RecipeError naming the sizes there are."""
        if size not in self.base_models:
            raise RecipeError(
                f"recipe {self.name} makes no model of size {size}; it makes {', '.join(self.sizes)}: choose one of these, or add "
                f"base_models.{size} to the recipe"
            )
        return self.base_models[size]

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
    values = extended(_read(name_or_path), _read)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError(f"recipe {name_or_path}: {_explain(error)}") from error


def _read(name_or_path: str) -> Mapping[str, Any]:
    """The values as they stand in the file."""
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
        values = loaded(text)
    except yaml.YAMLError as error:
        raise RecipeError(f"recipe {name_or_path}: not valid YAML: {error}") from error
    if not isinstance(values, Mapping):
        raise RecipeError(f"recipe {name_or_path}: expected a mapping of sections, found {type(values).__name__}")
    return values


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
