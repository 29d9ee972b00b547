"""Checkpoint savers: where a waiting run is kept, and what may be read back from it."""

import sqlite3
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from sqlalchemy.engine import make_url


def strict_serializer() -> JsonPlusSerializer:
    """Plain data only: no type named in a checkpoint is ever rebuilt."""
    return JsonPlusSerializer(allowed_msgpack_modules=None)


def passing_saver() -> BaseCheckpointSaver[Any]:
    """For throw-away runs: in memory, gone with the case."""
    return InMemorySaver(serde=strict_serializer())


def lasting_saver(url: str) -> BaseCheckpointSaver[Any]:
    """In the store itself: the same SQLite file, or the same PostgreSQL database."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target.database or ":memory:")
    return _postgres(url)


def _sqlite(path: str) -> BaseCheckpointSaver[Any]:
    from langgraph.checkpoint.sqlite import SqliteSaver

    # Our own connection: the one that SqliteSaver opens by itself gives up after five seconds of another's writing.
    connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
    saver = SqliteSaver(connection, serde=strict_serializer())
    saver.setup()
    return saver


def _postgres(url: str) -> BaseCheckpointSaver[Any]:
    from langgraph.checkpoint.postgres import PostgresSaver
    from psycopg import Connection
    from psycopg.rows import dict_row

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = Connection.connect(address, autocommit=True, prepare_threshold=None, row_factory=dict_row)
    saver = PostgresSaver(connection, serde=strict_serializer())
    saver.setup()
    return saver
