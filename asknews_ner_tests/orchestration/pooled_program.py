"""One Dagster run in a process of its own: an asset in the pool of the model assets, which launches `timed_program`.

Arguments: DAGSTER_HOME, job file."""

import sys
from pathlib import Path

import dagster as dg

from asknews_ner.orchestration.assets.model import POOL
from asknews_ner.orchestration.training_launcher import TrainingLauncher


@dg.asset(pool=POOL)
def pooled(context: dg.AssetExecutionContext, launcher: TrainingLauncher) -> dg.MaterializeResult:
    facts = launcher.run_program(context, "asknews_ner_tests.orchestration.timed_program", Path(sys.argv[2]))
    return dg.MaterializeResult(metadata=facts)


if __name__ == "__main__":
    with dg.DagsterInstance.from_config(sys.argv[1]) as instance:
        sys.exit(0 if dg.materialize([pooled], instance=instance, resources={"launcher": TrainingLauncher()}).success else 1)
