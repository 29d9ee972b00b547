"""Alembic's own entry: runs the steps on the connection that `tools.bank.migrations` hands over."""

from alembic import context

from tools.bank.casework import DESK
from tools.bank.flow_tables import FLOWS
from tools.bank.schema import metadata

assert DESK, "the desk's tables belong to every store"
assert FLOWS, "and so do those from which flows are counted"
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
