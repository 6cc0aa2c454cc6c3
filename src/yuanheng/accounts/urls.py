"""Addresses of accounts beside its registers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
