"""Addresses of accounts beside its registers."""

from django.urls import path

from yuanheng.accounts import token_views, views

urlpatterns = [
    path("grants/<int:key>/end/", views.end, name="grant-end"),
    path("tokens/", token_views.list_tokens, name="token-list"),
    path("tokens/new/", token_views.create, name="token-create"),
    path("tokens/<int:key>/revoke/", token_views.revoke, name="token-revoke"),
    path("users/<str:key>/deputise/", views.stand_in, name="user-deputise"),
    path("users/<str:key>/change-post/", views.move, name="user-change-post"),
]
