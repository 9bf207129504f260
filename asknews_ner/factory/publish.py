"""Publishing: the dataset is frozen as a numbered release, and pushed where a hub is named, once for each content and only if it may be."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.factory import hub, outputs, scores
from asknews_ner.factory.releases import release
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import CellRun
from asknews_ner.storage.atomic import write_text


@dataclass(frozen=True)
class Published:
    """`is_new`: whether this made the release. `commit`: address on the hub; empty where none is named, or where it was there already."""

    place: Path
    is_new: bool
    commit: str


def publish_stamp(ws: Workspace) -> str:
    """What is published, and where to: the dataset's own stamp, so that an article that was rejected makes no new release."""
    return fingerprint("published", outputs.release_stamp(ws), ws.publish_to)


def publish_is_current(ws: Workspace) -> bool:
    """Whether the present dataset was published already."""
    return stamped(_stamp(ws), publish_stamp(ws))


def publish(ws: Workspace, cells: Sequence[CellRun], now: dt.datetime, api: Any) -> Published:
    """Freeze the dataset under a version named after its content, and push it if a hub's repository is named.

    `cells`: which run made what. `api`: a `huggingface_hub.HfApi`. Killed anywhere in between, the next call goes on: the same content has
    the same version. Raises ReleaseError if a blocking check fails, and where the hub refuses."""
    if fallen := scores_that_forbid(ws):
        raise ReleaseError(
            f"not published: the forgetting gate withholds the model tuned on this very dataset ({'; '.join(fallen)}); see its scores"
        )
    place, is_new = release(ws, ws.releases, None, cells, now)
    commit = ""
    if ws.publish_to and not hub.is_pushed(place.name, ws.publish_to, api):
        commit = hub.push_clearly(place, ws.publish_to, private=True, api=api)
    write_text(_stamp(ws), publish_stamp(ws) + "\n")
    return Published(place, is_new, commit)


def scores_that_forbid(ws: Workspace) -> list[str]:
    """What the gate says against models of the present dataset, by size. Scores of other models or datasets say nothing of it."""
    gates = [(size, scores.gate(ws, size)) for size in ws.recipe.sizes if scores.scores_are_current(ws, size)]
    return [f"{size}: {found.words}" for size, found in gates if not found.passed]


def _stamp(ws: Workspace) -> Path:
    return ws.root / "published.stamp"
