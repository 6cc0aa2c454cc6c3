from yuanheng.consultation.actions.asking import (
    accept_all,
    give_all_time,
    open_to_units,
    put_to_units,
    register_asked,
)
from yuanheng.consultation.actions.drafts import (
    add_draft,
    add_edition,
    decide_comments,
    first_paragraphs,
    paragraphs_asked,
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
from yuanheng.consultation.actions.studies import (
    add_points,
    add_study_visit,
    leave_point,
    take_up_point,
)

__all__ = [
    "accept_all",
    "add_consultation",
    "add_draft",
    "add_edition",
    "add_file",
    "add_points",
    "add_study_visit",
    "decide_comments",
    "first_paragraphs",
    "give_all_time",
    "leave_point",
    "make_task",
    "mark_answer",
    "open_to_units",
    "paragraphs_asked",
    "put_to_units",
    "register_asked",
    "save_answers",
    "save_comments",
    "set_questions",
    "take_up_point",
    "words_of_file",
]
