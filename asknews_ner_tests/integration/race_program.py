"""One Dagster run of the stages by country, as the web UI starts it, in a process of its own: `race_program.py COUNTRY [STAGE ...]`.

Places are read from the environment. Prints a line of JSON: rows computed by stage, and what the run said of waiting."""

import json
import logging
import sys

import dagster as dg

from asknews_ner.definitions import ASSETS, CHECKS
from asknews_ner.orchestration.partitions import country_tags
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import from_environment

STAGES = ("articles", "clean_articles")


def main(country: str, *stages: str) -> None:
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("dagster").addHandler(handler)
    with dg.DagsterInstance.get() as instance:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        result = dg.materialize(
            [*ASSETS, *CHECKS],
            selection=dg.AssetSelection.assets(*(stages or STAGES)),
            resources=build_resources(from_environment()),
            instance=instance,
            tags=country_tags(country) if country else {},
            raise_on_error=False,
        )
    computed: dict[str, int] = {}
    for event in result.get_asset_materialization_events():
        made = event.step_materialization_data.materialization
        value = made.metadata.get("computed")
        if value is not None:
            computed[made.asset_key.to_user_string()] = computed.get(made.asset_key.to_user_string(), 0) + int(value.value)
    faults = [str(event.event_specific_data.error.message) for event in result.all_events if event.is_step_failure]
    waited = [line for line in said if "waiting for its end" in line]
    sys.stdout.write(json.dumps({"success": result.success, "computed": computed, "waited": waited, "faults": faults}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
