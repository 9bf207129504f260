"""Finished folders of a workspace in an object store, where ASKNEWS_NER_OUTPUTS names one: what stands there counts, not what lies here.

A folder that another machine has published is fetched instead of made again; one that was made here and not published yet is published."""

from collections.abc import Callable, Mapping
from pathlib import Path

from asknews_ner.factory.workspace import Workspace
from asknews_ner.storage.objects import ObjectChangedError


def name_of(ws: Workspace, folder: Path) -> str:
    """A folder's name in the object store: its place in the workspace, or beside it (base models)."""
    return folder.relative_to(ws.root if folder.is_relative_to(ws.root) else ws.root.parent).as_posix()


def is_published(ws: Workspace, folder: Path, part: str, stamp: str) -> bool:
    """Whether the object store holds the folder with this stamp. Reads its manifest only."""
    found = ws.published.manifest(name_of(ws, folder)) if ws.published else None
    return found is not None and found.stamps.get(part) == stamp


def is_current(ws: Workspace, folder: Path, part: str, stamp: str, here: Callable[[], bool]) -> bool:
    """Whether the folder is made of this: here, where it lies only here; else in the object store, and then it is brought here, too.

    `here`: whether the local folder bears the stamp. Raises ObjectStoreError."""
    if ws.published is None:
        return here()
    if not is_published(ws, folder, part, stamp):
        return False
    if not here():
        ws.published.fetch(name_of(ws, folder), folder)
    return True


def start_from(ws: Workspace, folder: Path) -> None:
    """Where nothing is here yet, begin with what is published: a folder that is made in parts must not lose the others. Raises
    ObjectStoreError."""
    if ws.published is not None and not folder.exists():
        ws.published.fetch(name_of(ws, folder), folder)


def follow(ws: Workspace, folder: Path, part: str) -> None:
    """Bring here what others have published of the folder since it was looked at, before a part of it is written that took long to make.

    Raises ObjectChangedError where they have published this very part (theirs stands), ObjectStoreError."""
    if ws.published is None:
        return
    name = name_of(ws, folder)
    before = ws.published.manifest(name)
    ws.published.look_again()
    now = ws.published.manifest(name)
    if now is None or now == before:
        return
    if now.stamps.get(part) != (before.stamps.get(part) if before else None):
        raise _theirs(ws, name)
    ws.published.fetch(name, folder)


def publish(ws: Workspace, folder: Path, stamps: Mapping[str, str]) -> None:
    """Publish a folder as a whole, where there is an object store. `stamps`: what it is made of, by part.

    Where another machine has published the same meanwhile, theirs stands and is taken over. Raises ObjectChangedError where it has
    published something else, ObjectStoreError."""
    if ws.published is None:
        return
    name = name_of(ws, folder)
    try:
        ws.published.publish(name, folder, stamps)
    except ObjectChangedError as error:
        ws.published.look_again()
        theirs = ws.published.manifest(name)
        if theirs is None or theirs.stamps != dict(stamps):
            raise _theirs(ws, name) from error
        ws.published.fetch(name, folder)


def _theirs(ws: Workspace, name: str) -> ObjectChangedError:
    where = ws.published.address(name) if ws.published else name
    return ObjectChangedError(
        f"{where} was published by another machine while this one made it, from other data or another recipe; theirs stands. Run again "
        "here to replace it, or give each recipe an ASKNEWS_NER_OUTPUTS of its own"
    )
