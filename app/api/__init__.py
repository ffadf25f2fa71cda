"""HTTP alone: dependencies, problems, idempotency, entity tags, one file a resource."""
