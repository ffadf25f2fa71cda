"""What kind of thing an audit row tells: that something was opened, was only one of several shown, changed or refused.

Whoever asks who saw a child wants to tell these apart: a line in a list of fifty is not a dossier that was opened
(NEN 7513 asks for reading and searching each; R44).
"""

from enum import StrEnum

from app.domain.policy import Action


class Kind(StrEnum):
    """The kinds of audit row."""

    OPENED = "geopend"
    SHOWN = "getoond"
    CHANGED = "gewijzigd"
    REFUSED = "geweigerd"


_READING = (".read", ".reveal")
_SEARCHING = (".search",)

# What a list shows of these is told of each by itself: they are children, or lead to one.
OF_A_CHILD = frozenset({"case", "young-person"})


def kind_of(action: Action, *, allowed: bool, listed: bool = False) -> Kind:
    """The kind of what was done: by the name of its action, and whether it was answered with a list of several.

    An action that reads is named so (`case.read`); one that searches shows; every other changes something.
    """
    if not allowed:
        return Kind.REFUSED
    if listed or action.endswith(_SEARCHING):
        return Kind.SHOWN
    return Kind.OPENED if action.endswith(_READING) else Kind.CHANGED
