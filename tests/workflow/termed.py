"""Midden-Groningen with terms of a test's own: what a route of the seeds need not have."""

from dataclasses import replace

from app.workflow.loader import current
from app.workflow.model import Route, Term


def with_terms(*terms: Term) -> Route:
    """The route as it is, with these terms and no others."""
    return replace(current("midden-groningen"), terms={term.key: term for term in terms})
