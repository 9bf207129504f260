"""Jobs to start by hand. None is defined over country by language: a backfill from such a job's page makes one partition of twelve and
reports success, so countries are backfilled from the asset or lineage page."""

import dagster as dg

from asknews_ner.factory.phases import PUBLISH, TO_MODELS
from asknews_ner.orchestration.partitions import MODEL_SIZE
from asknews_ner.orchestration.training_places import RUN_LIMIT

RELEASE = dg.define_asset_job(
    "release",
    selection=dg.AssetSelection.assets("dataset_examples", "leakage", "ner_dataset", *PUBLISH.assets),
    description="The dataset from its examples to a numbered release, with all blocking checks on the way; pushed where "
    "ASKNEWS_NER_PUBLISH names a repository. What is up to date is not made again, and the same content is not released twice.",
    tags={"ner/kind": "release"},
)

FINE_TUNE = dg.define_asset_job(
    "fine_tune",
    selection=dg.AssetSelection.assets(*(name for phase in TO_MODELS for name in phase.assets)),
    partitions_def=MODEL_SIZE,
    description="Base, tuned and control model of one size, their scores, and the model's card if the forgetting gate lets it pass.",
    tags={"ner/kind": "fine_tune", **RUN_LIMIT},
)

JOBS = [RELEASE, FINE_TUNE]
