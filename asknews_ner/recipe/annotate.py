"""Slices of the recipe for the annotators."""

from typing import Literal

from pydantic import Field, model_validator

from asknews_ner.recipe.base import CLOSED_LABEL_PROMPT, OFFLINE, Frozen, Positive, Share, TaskName


class ModelChoice(Frozen):
    """Who does a task: the offline annotator, or a model behind an OpenAI-compatible endpoint."""

    model: str = Field(description="`offline`, or the model's name as the server knows it")
    revision: str | None = Field(description="commit or tag of the model on the hub; part of the replies' key")
    guided: bool = Field(description="ask the server to keep to the JSON schema while decoding (response_format)")
    attempts: Positive = Field(description="requests for one input, with other settings each time, until it is given up")
    prompt: str = Field(description="file name of the prompt template in annotate/prompts, with its version")
    temperature: float = Field(ge=0, le=2)
    top_p: float = Field(gt=0, le=1, description="nucleus: draw from the likeliest tokens of this much probability; 1: from all")
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
