"""The deny list: articles, addresses and publishers that must not stand in anything made here.

A YAML file of the operator's own, beside the workspaces. It holds a salt, so that the rejects table can name a row by a hash that
nobody can look up without the file."""

import datetime as dt
import hashlib
import secrets
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import Field, ValidationError, model_validator

from asknews_ner.acquire.normalise import canonical_url
from asknews_ner.recipe.base import Frozen
from asknews_ner.yaml_text import loaded


class DenyListError(Exception):
    """The deny list cannot be read; nothing is made until it can, because what it names must not slip through."""


class DenyEntry(Frozen):
    """One article or one publisher, and why it is denied."""

    article: str = Field(default="", description="article id, or address")
    publisher: str = Field(default="", description="name as the articles give it, or a domain (its subdomains are meant as well)")
    reason: str = Field(description="who asked for it and why; free text, it stays in this file")
    since: dt.date

    @model_validator(mode="after")
    def _one(self) -> "DenyEntry":
        if bool(self.article.strip()) == bool(self.publisher.strip()):
            raise ValueError("an entry names either an article or a publisher")
        return self


class DenyList(Frozen):
    """All entries, in the order in which they were made."""

    salt: str = Field(default="", description="hexadecimal; made with the first entry and never changed")
    entries: tuple[DenyEntry, ...] = ()

    @model_validator(mode="after")
    def _salted(self) -> "DenyList":
        if self.entries and not self.salt:
            raise ValueError("entries without `salt`: give 32 hexadecimal digits (asknews-ner takedown add makes them)")
        return self

    def matches(self, article_id: str, url: str, publisher: str, asked: str = "") -> bool:
        """Whether any entry means a row with these. `url`: canonical, or empty; `asked`: the address that led to it, the same way; an id
        that is an address is looked at as one."""
        own = canonical_url(article_id) or ""
        if not self._articles.isdisjoint({article_id, url, asked, own} - {""}):
            return True
        if not self._publishers:
            return False
        names = {_domain(publisher), *(parent for address in (url, own) for parent in _parents(urlsplit(address).hostname or ""))}
        return not self._publishers.isdisjoint(names - {""})

    @cached_property
    def _articles(self) -> frozenset[str]:
        given = [entry.article.strip() for entry in self.entries if entry.article]
        return frozenset([*given, *(address for one in given if (address := canonical_url(one)))])

    @cached_property
    def _publishers(self) -> frozenset[str]:
        return frozenset(_domain(entry.publisher) for entry in self.entries if entry.publisher)

    def mark(self, key: str) -> str:
        """The name that a denied row bears in the rejects table: a salted SHA-256."""
        return "denied:" + hashlib.sha256(f"{self.salt}\x1f{key}".encode()).hexdigest()[:32]

    def with_entry(self, entry: DenyEntry) -> "DenyList":
        """The list with one more entry, which is there once however often it is added."""
        same = [(old.article, old.publisher) for old in self.entries]
        entries = self.entries if (entry.article, entry.publisher) in same else (*self.entries, entry)
        return DenyList(salt=self.salt or secrets.token_hex(16), entries=entries)

    def as_yaml(self) -> str:
        """As `read_deny_list` reads it."""
        return yaml.safe_dump(self.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)


def read_deny_list(file: Path) -> DenyList:
    """The list in a file; an empty one if there is no file. Raises DenyListError if the file is not a deny list."""
    if not file.exists():
        return DenyList()
    try:
        return DenyList.model_validate(loaded(file.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise DenyListError(f"{file} is not a deny list ({error}); correct it, or make it anew with `asknews-ner takedown add`") from error


def _domain(name: str) -> str:
    return name.strip().casefold().removeprefix("www.")


def _parents(host: str) -> list[str]:
    """A host and the domains above it: a.b.example, b.example, example."""
    parts = host.split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]
