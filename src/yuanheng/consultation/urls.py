"""Addresses of the room beside its registers."""

from django.urls import path

from yuanheng.consultation.views import answers, comparing, drafts, questions, sheets, studies

urlpatterns = [
    path("consultations/<str:key>/questions/", questions.paste, name="consultation-questions"),
    path("consultations/<str:key>/units/", questions.units, name="consultation-units"),
    path("consultations/<str:key>/time/", questions.more_time, name="consultation-time"),
    path("consultations/<str:key>/open/", questions.open_or_close, name="consultation-open"),
    path("consultations/<str:key>/accept/", questions.accept, name="consultation-accept"),
    path("consultations/<str:key>/compare/", comparing.compare_page, name="consultation-compare"),
    path("consultations/<str:key>/compare/print/", comparing.on_paper,
         name="consultation-compare-print"),
    path("consultations/<str:key>/compare.xlsx", comparing.workbook,
         name="consultation-compare-xlsx"),
    path("consultations/<str:key>/answers/<int:number>/mark/", comparing.mark, name="answer-mark"),
    path("consultations/<str:key>/answers/<int:number>/task/", comparing.task, name="answer-task"),
    path("consultations/<str:key>/answers/<int:number>/files/<int:file>/", answers.opened_file,
         name="answer-file"),
    path("replies/<str:key>/write/", answers.write, name="reply-write"),
    path("replies/<str:key>/files/<int:file>/remove/", answers.remove_file,
         name="reply-file-remove"),
    path("drafts/<str:key>/words/", drafts.words, name="draft-words"),
    path("drafts/<str:key>/units/", drafts.units, name="draft-units"),
    path("drafts/<str:key>/time/", drafts.more_time, name="draft-time"),
    path("drafts/<str:key>/open/", drafts.open_or_close, name="draft-open"),
    path("drafts/<str:key>/settle/", drafts.settle, name="draft-settle"),
    path("drafts/<str:key>/comments/", drafts.handling, name="draft-comments"),
    path("drafts/<str:key>/comments/print/", drafts.on_paper, name="draft-comments-print"),
    path("drafts/<str:key>/comments.xlsx", drafts.workbook, name="draft-comments-xlsx"),
    path("drafts/<str:key>/comments.docx", drafts.word, name="draft-comments-word"),
    path("drafts/<str:key>/difference/", drafts.difference, name="draft-difference"),
    path("comment-sheets/<str:key>/write/", sheets.write, name="commentsheet-write"),
    path("study-visits/by-place/", studies.by_place, name="study-by-place"),
    path("study-visits/<str:key>/points/", studies.points, name="study-points"),
    path("study-visits/<str:key>/points/<int:number>/task/", studies.take_up,
         name="study-point-task"),
    path("study-visits/<str:key>/points/<int:number>/leave/", studies.leave,
         name="study-point-leave"),
    path("study-visits/<str:key>/report/", studies.report, name="study-report"),
    path("study-visits/<str:key>/report.docx", studies.word, name="study-report-word"),
]  # fmt: skip
