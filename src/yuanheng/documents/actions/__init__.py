"""Writes of the desk."""

from yuanheng.documents.actions.adding import add_document, desk_of
from yuanheng.documents.actions.deciding import decide, lesson_of, mend, merge, split, teach
from yuanheng.documents.actions.handing_on import enter_figures, hand_on_tasks

__all__ = [
    "add_document",
    "decide",
    "desk_of",
    "enter_figures",
    "hand_on_tasks",
    "lesson_of",
    "mend",
    "merge",
    "split",
    "teach",
]
