"""Run the migrations as the schema's owner; the address comes from DATABASE_URL. They only go forward."""

import os

from alembic import context
from sqlalchemy import create_engine, pool

from app.db import tables  # imported so that its tables are known

if context.is_offline_mode():
    msg = "These migrations look at the database they change: run them online, with DATABASE_URL set."
    raise SystemExit(msg)

address = os.environ.get("DATABASE_URL", "")
if not address.startswith("postgresql://"):
    msg = "Set DATABASE_URL to the postgresql:// address of the schema's owner."
    raise SystemExit(msg)

engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
with engine.connect() as connection:
    # Waiting long for a lock would block everybody behind it: give up soon, and be run again.
    connection.exec_driver_sql("set lock_timeout = '5s'")
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=tables.SQLModel.metadata,
        transaction_per_migration=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
