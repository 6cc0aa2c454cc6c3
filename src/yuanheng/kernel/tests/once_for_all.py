"""In the tests every form is sent as a browser sends it: with a token, whether or not the test
asked for the page. So what an answer leaves undone shows in the tests of each room."""

from __future__ import annotations

from yuanheng.kernel.once import FIELD, OnceMiddleware, new_token

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class OnceForAll(OnceMiddleware):
    def process_view(self, request, view, args, kwargs):
        is_form = request.method == "POST" and request.content_type in _FORMS
        # A program sends none, nor does the form of an export: a second file is a second file.
        other = request.path.startswith("/api/") or request.path.endswith("/export/")
        if is_form and not other and FIELD not in request.POST:
            request.POST._mutable = True
            request.POST[FIELD] = new_token()
            request.POST._mutable = False
        return super().process_view(request, view, args, kwargs)
