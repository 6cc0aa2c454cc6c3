"""Addresses of every registered register, and of what the kernel itself shows.

A feature of the generic screens gives ``pages(resource)``; a screen of its own, ``addresses()``.
"""

from __future__ import annotations

from yuanheng.kernel.resources import all_resources
from yuanheng.kernel.views import details, imports, lists, notices, saved_lists, search, writes

_OF_A_RESOURCE = (lists.pages, writes.pages, details.pages)  # details last: its key is any word

urlpatterns = notices.addresses()
urlpatterns += [*lists.addresses(), *saved_lists.addresses(), *search.addresses()]
urlpatterns += [page for one in all_resources() for pages in _OF_A_RESOURCE for page in pages(one)]
urlpatterns += imports.addresses()
