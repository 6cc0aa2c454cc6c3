"""Addresses of the estate beside its registers."""

from django.urls import path

from yuanheng.estate.views import reckoning

urlpatterns = [path("per-mu/reckon/", reckoning.reckon, name="reckon")]
