"""Addresses of the room beside its register."""

from django.urls import path

from yuanheng.meetings.views import pages

urlpatterns = [
    path("meetings/mine/", pages.mine, name="meeting-mine"),
    path("meetings/<str:key>/ask/", pages.ask_units, name="meeting-ask"),
    path("meetings/<str:key>/sign-in/", pages.sign_in, name="meeting-sign-in"),
    path("meetings/<str:key>/minutes/", pages.minutes, name="meeting-minutes"),
]
