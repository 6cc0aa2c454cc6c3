from yuanheng.consultation.models.comment import Comment, CommentSheet
from yuanheng.consultation.models.consultation import Consultation, Question
from yuanheng.consultation.models.draft import Draft, Edition, Paragraph
from yuanheng.consultation.models.reply import Answer, Reply
from yuanheng.consultation.models.study import StudyPoint, StudyVisit

__all__ = [
    "Answer",
    "Comment",
    "CommentSheet",
    "Consultation",
    "Draft",
    "Edition",
    "Paragraph",
    "Question",
    "Reply",
    "StudyPoint",
    "StudyVisit",
]
