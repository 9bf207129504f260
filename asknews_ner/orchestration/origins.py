"""Where the rule of each asset comes from, and which part of the recipe holds its settings: shown with its description.

"Paper" is Törnquist and Caulk 2024 (arXiv:2406.10258), "its card" the card of its published dataset."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """`rule`: who laid it down, in words. `settings`: keys of the recipe that shape the asset."""

    rule: str
    settings: tuple[str, ...] = ()


ORIGINS: Mapping[str, Origin] = {
    "acquired_batches": Origin("paper, data collection: open-web news; AskNews' own news through its API", ("sources", "fetch", "extract")),
    "arrivals": Origin("paper, data collection: open-web news in the languages that can be translated", ("acquire",)),
    "articles": Origin("ours: one row a content, so that nothing is counted or paid for twice", ("acquire",)),
    "clean_articles": Origin("the authors' production rules (length, paywalls, bad scrapes)", ("clean",)),
    "duplicates": Origin("the authors' production rule that republished items leave; MinHash and its threshold are ours", ("duplicates",)),
    "summaries": Origin("paper, translation and summary by an LLM; the prompt and the checks are ours", ("annotate.summarise",)),
    "summary_vectors": Origin("paper, step 6: titles and summaries are embedded", ("embed",)),
    "story_copies": Origin("ours: copies that only translation makes comparable", ("copies",)),
    "topics": Origin("its card, step 4: HDBSCAN over normalised vectors of each 4-hour bucket", ("windows", "topics")),
    "vector_index": Origin("paper, step 7: the vectors are stored in Qdrant"),
    "sample": Origin("its card, step 5: samples of clusters, even over countries of origin; the exact solution is ours", ("sample",)),
    "distribution": Origin("ours: what the paper's diversity claims can be measured by"),
    "topic_map": Origin("ours, after the picture of topics on the card"),
    "entity_labels": Origin("its card, step 6: an LLM extracts entities from each summary", ("annotate.label", "dataset.ontology")),
    "llm_costs": Origin("ours: what the recipe's prices make of the tokens", ("annotate.prices",)),
    "label_agreement": Origin("ours: agreement of a panel of annotators", ("annotate.label_panel", "annotate.consensus_share")),
    "proposed_types": Origin("ours: what annotators write beside the ontology's types", ("dataset.ontology",)),
    "verdicts": Origin("ours: people's review, which overrides the annotator", ("review",)),
    "review_queue": Origin("ours: a spread sample first, then the least certain", ("review",)),
    "review_agreement": Origin("ours: Cohen's kappa, Krippendorff's alpha and F1", ("review",)),
    "annotator_scores": Origin("ours: annotators against people, exact match", ("review",)),
    "ner_examples": Origin("paper, GLiNER's form of words and spans; the alignment is ours", ("dataset",)),
    "dataset_examples": Origin("paper, splits in order of time; that no story stands in two is ours", ("dataset",)),
    "type_counts": Origin("ours: the paper gives 54 types, not their counts", ("dataset.rare_types",)),
    "leakage": Origin("ours: the proof behind every score", ("leakage",)),
    "encoder_fit": Origin("GLiNER's limits of length and width, measured by language", ("encoder_fit", "base_models")),
    "ner_dataset": Origin("its card: one JSON of three splits; Parquet, lineage and checksums are ours", ("release",)),
    "dataset_release": Origin("its card: one dataset a version; that checks decide is ours", ("release", "checks")),
    "base_model": Origin("paper, fine-tuning: GLiNER small, medium and large v2.1", ("base_models",)),
    "gliner_model": Origin("paper, fine-tuning: 25 epochs, batches of 5, learning rate 1e-6 in the recipe `asknews_ner_v0`", ("tune",)),
    "token_classifier": Origin("Kamath and Vajjala 2025, fine-tuning of an encoder; on our dataset", ("token_classifier",)),
    "token_classifier_scores": Origin("as benchmark_scores: exact spans on the same sets", ("evaluate",)),
    "control_model": Origin("ours: more training on the base's own data, to tell it from better data", ("tune",)),
    "benchmark_scores": Origin("paper, evaluation: zero-shot micro-F1 on 18 and 7 sets; intervals and tests are ours", ("evaluate",)),
    "model_card": Origin("the hub's form; the forgetting gate is ours", ("evaluate.gate",)),
    "explorer_report": Origin("ours: everything of a run on one page", ("explorer",)),
    "distribution_report": Origin("ours: who is in the data, and who got lost on the way"),
    "audit_report": Origin("ours: who is in it at every stage, against the world's people and readers", ("audit",)),
    "checks_report": Origin(
        "paper, how results were checked and what was watched; the measures and thresholds are ours", ("checks", "hand_checks", "review")
    ),
    "fidelity_report": Origin("ours: what is lost and added between source and summary; the risk's weights are fitted", ("fidelity",)),
    "generated_sentences": Origin(
        "Kamath and Vajjala 2025, generation after ten human examples; names in place of integers, news, subjects and filters are ours",
        ("low_resource.generate", "low_resource.filter", "annotate.generate"),
    ),
    "generation_audit": Origin("ours: the study looked at no labels", ("low_resource.audit", "review")),
    "human_sentences": Origin("Kamath and Vajjala 2025, human data of each language (§2.1)", ("low_resource.study.languages",)),
    "wikiann_sentences": Origin("Kamath and Vajjala 2025, the control of silver labels (§2.4)", ("low_resource.study.wikiann",)),
    "study_scores": Origin(
        "Kamath and Vajjala 2025, sizes, regimes and entity F1 (§2.4); seeds and carved validation are ours", ("low_resource.study.train",)
    ),
    "study_curves": Origin("Kamath and Vajjala 2025, second figure; intervals and the rule are ours", ("low_resource.study.report",)),
    "study_page": Origin("Kamath and Vajjala 2025, figures and tables; the answer in a sentence is ours", ("low_resource.study.report",)),
    "ablation_report": Origin("paper, outlook: other methodologies of diversification; the ways are ours", ("experiments.ablation",)),
    "scaling_report": Origin("ours: the paper has one size", ("experiments.scaling",)),
    "transfer_report": Origin("paper, outlook: other architectures", ("experiments.transfer",)),
    "unseen_report": Origin("paper, outlook: languages that are not in the data", ("experiments.unseen",)),
}
