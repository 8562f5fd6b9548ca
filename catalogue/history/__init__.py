"""Who changed what in the catalogue, how it was before, and the way back."""

from catalogue.history.acts import Act, act, acts_on, register_models, state_now
from catalogue.history.changes import Line, RootChange, act_in_words, changes_of, lines_of
from catalogue.history.undoing import CannotUndo, undo

__all__ = [
    "Act",
    "CannotUndo",
    "Line",
    "RootChange",
    "act",
    "act_in_words",
    "acts_on",
    "changes_of",
    "lines_of",
    "register_models",
    "state_now",
    "undo",
]
