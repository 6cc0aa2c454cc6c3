"""Addresses of supervision beside its registers."""

from django.urls import path

from yuanheng.supervision.views import board, calendar, from_gap, plans, reports

urlpatterns = [
    path("tasks/from-gap/", from_gap.from_gap, name="task-from-gap"),
    path("tasks/board/", board.board, name="task-board"),
    path("tasks/bulletin/", reports.bulletin, name="task-bulletin"),
    path("tasks/bulletin.docx", reports.bulletin_file, name="task-bulletin-word"),
    path("tasks/scores/", reports.scores, name="task-scores"),
    path("tasks/calendar/", calendar.calendar_page, name="task-calendar"),
    path("calendar/<str:key>.ics", calendar.feed, name="task-feed"),
    path("tasks/<str:key>/plan/", plans.write_plan, name="task-plan"),
]
