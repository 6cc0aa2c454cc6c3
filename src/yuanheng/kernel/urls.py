"""Addresses of every registered register, and of what the kernel itself shows.

A feature of the generic screens gives ``pages(resource)``; a screen of its own, ``addresses()``.
"""

from __future__ import annotations

from yuanheng.kernel.resources import all_resources
from yuanheng.kernel.views import details, exports, imports, jobs, lists, writes

# details last: its key is any word
_OF_A_RESOURCE = (lists.pages, exports.pages, writes.pages, details.pages)

urlpatterns = [page for one in all_resources() for pages in _OF_A_RESOURCE for page in pages(one)]
urlpatterns += imports.addresses()
urlpatterns += jobs.addresses()
