"""One Dagster run in a process of its own: an asset that launches `slow_program` locally. Arguments: DAGSTER_HOME, job file."""

import sys
from pathlib import Path

import dagster as dg

from asknews_ner.orchestration.training_launcher import TrainingLauncher


@dg.asset
def trained(context: dg.AssetExecutionContext, launcher: TrainingLauncher) -> dg.MaterializeResult:
    facts = launcher.run_program(context, "asknews_ner_tests.orchestration.slow_program", Path(sys.argv[2]))
    return dg.MaterializeResult(metadata=facts)


if __name__ == "__main__":
    with dg.DagsterInstance.local_temp(sys.argv[1]) as instance:
        dg.materialize([trained], instance=instance, resources={"launcher": TrainingLauncher(grace_seconds=20)})
