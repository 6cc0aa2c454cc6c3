"""Addresses of the room beside its registers."""

from django.urls import path

from yuanheng.leaders.views import brief, pages, visits

urlpatterns = [
    path("leaders/mine/", pages.mine, name="leader-mine"),
    path("visits/new/", visits.record, name="visit-create"),
    path("visits/<str:key>/problems/", visits.more_problems, name="visit-problems"),
    path("visits/<str:key>/photos/<int:number>/", visits.photo, name="visit-photo"),
    path("leader-links/<str:key>/brief/", brief.show, name="leaderlink-brief"),
    path("leader-links/<str:key>/brief.docx", brief.download, name="leaderlink-brief-word"),
    path("leaders/<str:key>/", pages.show, name="leader-detail"),
]
