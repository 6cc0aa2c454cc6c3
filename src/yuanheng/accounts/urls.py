"""Addresses of accounts beside its registers."""

from django.urls import path

from yuanheng.accounts import views

urlpatterns = [path("grants/<int:key>/end/", views.end, name="grant-end")]
