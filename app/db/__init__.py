"""PostgreSQL: the tables, the transaction, each reach as one predicate, each read model as one statement."""
