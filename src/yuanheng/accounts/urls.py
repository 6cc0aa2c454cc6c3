"""Addresses of accounts beside its registers."""

from django.urls import path

from yuanheng.accounts import views

urlpatterns = [
    path("grants/<int:key>/end/", views.end, name="grant-end"),
    path("users/<str:key>/deputise/", views.stand_in, name="user-deputise"),
    path("users/<str:key>/change-post/", views.move, name="user-change-post"),
]
