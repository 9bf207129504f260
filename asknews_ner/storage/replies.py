"""The store of raw replies: what a model answered, once and for all, under a hash of everything that shaped the answer.

SQLite by default, PostgreSQL by address (for several machines), both through SQLAlchemy. A reply that `put` returned from is
committed: killing the process at any instant later cannot take it, and nobody asks for it again. Rows are only added; a key that
is there keeps its first reply, because an LLM does not answer the same twice and the stored reply is the truth.

Failures (no answer came at all) are rows too, for those who look for the cause; they are never taken for an answer."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from asknews_ner.storage.databases import BATCH, engine_of, insert_new, write_anew


@dataclass(frozen=True, slots=True)
class StoredReply:
    """One answer as it came, who gave it, and what it cost. `finish`: the server's finish reason; only `stop` is an answer."""

    key: str
    task: str
    annotator: str
    served: str
    attempt: int
    finish: str
    text: str
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    cut_characters: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds of one task and annotator."""

    task: str
    annotator: str
    replies: int
    unfinished: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    seconds: float


_METADATA = sa.MetaData()
_REPLIES = sa.Table(
    "replies",
    _METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("task", sa.String(32), nullable=False),
    sa.Column("annotator", sa.Text, nullable=False),
    sa.Column("served", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("finish", sa.String(32), nullable=False),
    sa.Column("text", sa.LargeBinary, nullable=False),  # bytes: PostgreSQL's text holds no NUL, and a reply is kept as it came
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("cached_tokens", sa.Integer, nullable=False),
    sa.Column("completion_tokens", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("cut_characters", sa.Integer, nullable=False),
    sa.Column("stored_at", sa.DateTime, nullable=False),
    sa.Index("replies_by_task", "task", "annotator"),
    sa.Index("replies_by_time", "stored_at"),  # the budget looks at the last day
)
_FAILURES = sa.Table(
    "failures",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("task", sa.String(32), nullable=False),
    sa.Column("annotator", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("stored_at", sa.DateTime, nullable=False),
)
_SOURCES = sa.Table(
    "sources",  # which articles a reply was made of, by `source_mark`: a takedown must find them
    _METADATA,
    sa.Column("source", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
)


@dataclass(frozen=True)
class ReplyStore:
    """`url`: an SQLAlchemy address such as `sqlite:////data/replies.sqlite` or `postgresql+psycopg2://…`."""

    url: str = field(repr=False)  # may hold a password

    @cached_property
    def _engine(self) -> Engine:
        return engine_of(self.url, _METADATA)

    def check(self) -> None:
        """Raises sqlalchemy.exc.SQLAlchemyError if the database cannot be used."""
        with self._engine.connect():
            pass

    def get_many(self, keys: Sequence[str]) -> dict[str, StoredReply]:
        """The replies that are there, by key."""
        found: dict[str, StoredReply] = {}
        if not keys:
            return found
        with self._engine.connect() as connection:
            for start in range(0, len(keys), BATCH):
                chosen = sa.select(_REPLIES).where(_REPLIES.c.key.in_(keys[start : start + BATCH]))
                found.update((row.key, _reply(row)) for row in connection.execute(chosen))
        return found

    def stored_times(self, keys: Sequence[str]) -> dict[str, dt.datetime]:
        """When the replies that are there were stored (UTC), by key."""
        found: dict[str, dt.datetime] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(keys), BATCH):
                chosen = sa.select(_REPLIES.c.key, _REPLIES.c.stored_at).where(_REPLIES.c.key.in_(keys[start : start + BATCH]))
                found.update((row.key, row.stored_at.replace(tzinfo=dt.UTC)) for row in connection.execute(chosen))
        return found

    def known(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys have a reply."""
        found: set[str] = set()
        with self._engine.connect() as connection:
            for start in range(0, len(keys), BATCH):
                chosen = sa.select(_REPLIES.c.key).where(_REPLIES.c.key.in_(keys[start : start + BATCH]))
                found.update(connection.execute(chosen).scalars())
        return found

    @contextmanager
    def writer(self) -> Iterator["ReplyWriter"]:
        """One connection for many commits."""
        with self._engine.connect() as connection:
            yield ReplyWriter(connection)

    def held(self, since: dt.datetime | None = None) -> list[Held]:
        """What is there, by task and annotator; only what was stored since a time (with its zone), if one is given."""
        c = _REPLIES.c
        unfinished = sa.func.sum(sa.case((c.finish == "stop", 0), else_=1))
        sums = [sa.func.sum(column) for column in (c.prompt_tokens, c.cached_tokens, c.completion_tokens, c.seconds)]
        query = sa.select(c.task, c.annotator, sa.func.count(), unfinished, *sums).group_by(c.task, c.annotator)
        if since is not None:
            query = query.where(c.stored_at >= since.astimezone(dt.UTC).replace(tzinfo=None))
        with self._engine.connect() as connection:
            return [Held(*row) for row in connection.execute(query.order_by(c.task, c.annotator))]

    def failures(self, limit: int = 20) -> list[tuple[str, str, str]]:
        """The last failures: task, annotator, error."""
        c = _FAILURES.c
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(c.task, c.annotator, c.error).order_by(c.number.desc()).limit(limit))
            return [(row.task, row.annotator, row.error) for row in rows]

    def show(self, key_start: str, limit: int = 1000) -> list[StoredReply]:
        """Replies whose key starts so, in the order of their keys."""
        c = _REPLIES.c
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_REPLIES).where(c.key.startswith(key_start, autoescape=True)).order_by(c.key).limit(limit))
            return [_reply(row) for row in rows]

    def prune(
        self, task: str | None = None, annotator: str | None = None, before: dt.datetime | None = None, unfinished: bool = False
    ) -> int:
        """Delete replies that meet all given conditions; returns how many. They would be asked, and paid, for again."""
        c = _REPLIES.c
        conditions = [
            *([c.task == task] if task else []),
            *([c.annotator == annotator] if annotator else []),
            *([c.stored_at < before] if before else []),
            *([c.finish != "stop"] if unfinished else []),
        ]
        if not conditions:
            raise ValueError("prune needs at least one condition; it does not empty the store by accident")
        with self._engine.begin() as connection:
            return int(connection.execute(sa.delete(_REPLIES).where(*conditions)).rowcount)

    def knows(self, sources: Sequence[str]) -> bool:
        """Whether any reply was made of any of these articles."""
        with self._engine.connect() as connection:
            return any(
                connection.execute(sa.select(_SOURCES.c.key).where(_SOURCES.c.source.in_(sources[start : start + BATCH])).limit(1)).first()
                for start in range(0, len(sources), BATCH)
            )

    def forget(self, sources: Sequence[str]) -> int:
        """Delete every reply that was made of any of these articles (`source_mark`), and what is noted of it; returns how many.

        SQLite's file is written anew, so that no deleted byte stays in it; PostgreSQL does so with its next VACUUM."""
        keys: set[str] = set()
        with self._engine.begin() as connection:
            for start in range(0, len(sources), BATCH):
                keys.update(
                    connection.execute(sa.select(_SOURCES.c.key).where(_SOURCES.c.source.in_(sources[start : start + BATCH]))).scalars()
                )
            ordered = sorted(keys)
            for start in range(0, len(ordered), BATCH):
                part = ordered[start : start + BATCH]
                for table in (_REPLIES, _FAILURES, _SOURCES):
                    connection.execute(sa.delete(table).where(table.c.key.in_(part)))
        if keys:
            write_anew(self._engine)
        return len(keys)


class ReplyWriter:
    """Writes on one connection; on return from each call the row survives a killed process."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._insert = insert_new(connection.dialect.name, _REPLIES)
        self._insert_source = insert_new(connection.dialect.name, _SOURCES)

    def put(self, reply: StoredReply, sources: Sequence[str] = ()) -> None:
        """Store an answer under its key, unless one is there. `sources`: marks of the articles that it was made of."""
        values = {name: getattr(reply, name) for name in StoredReply.__slots__}
        values |= {"text": reply.text.encode("utf-8", "surrogatepass"), "stored_at": _now()}
        self._connection.execute(self._insert, values)
        if sources:
            self._connection.execute(self._insert_source, [{"source": source, "key": reply.key} for source in sources])
        self._connection.commit()

    def link(self, links: Sequence[tuple[str, str]]) -> None:
        """Note (source, key) of replies that are stored already, and serve another article as well."""
        for start in range(0, len(links), BATCH):
            part = [{"source": source, "key": key} for source, key in links[start : start + BATCH]]
            self._connection.execute(self._insert_source, part)
        self._connection.commit()

    def put_failure(self, key: str, task: str, annotator: str, error: str) -> None:
        """Note that no answer came."""
        values = {"key": key, "task": task, "annotator": annotator, "error": error.replace("\x00", ""), "stored_at": _now()}
        self._connection.execute(sa.insert(_FAILURES), values)
        self._connection.commit()


def _reply(row: Any) -> StoredReply:
    values = {name: getattr(row, name) for name in StoredReply.__slots__}
    return StoredReply(**values | {"text": row.text.decode("utf-8", "surrogatepass")})


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
