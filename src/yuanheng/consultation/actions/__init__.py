from yuanheng.consultation.actions.asking import (
    accept_all,
    open_to_units,
    put_to_units,
    register_asked,
)
from yuanheng.consultation.actions.drafts import (
    add_draft,
    add_edition,
    decide_comments,
    first_paragraphs,
    save_comments,
    words_of_file,
)
from yuanheng.consultation.actions.questions import (
    add_consultation,
    add_file,
    make_task,
    mark_answer,
    save_answers,
    set_questions,
)

__all__ = [
    "accept_all",
    "add_consultation",
    "add_draft",
    "add_edition",
    "add_file",
    "decide_comments",
    "first_paragraphs",
    "make_task",
    "mark_answer",
    "open_to_units",
    "put_to_units",
    "register_asked",
    "save_answers",
    "save_comments",
    "set_questions",
    "words_of_file",
]
