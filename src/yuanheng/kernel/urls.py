"""Addresses of every registered register, and of what the kernel itself shows.

A feature of the generic screens gives ``pages(resource)``; a screen of its own, ``addresses()``.
"""

from __future__ import annotations

from yuanheng.kernel.resources import all_resources
from yuanheng.kernel.rest import urls as rest
from yuanheng.kernel.views import (
    beside,
    bulk,
    choosing,
    details,
    history,
    imports,
    lists,
    printing,
    writes,
)

_OF_A_RESOURCE = (
    lists.pages,
    printing.pages,
    bulk.pages,
    writes.pages,
    history.pages,
    beside.pages,
    details.pages,  # last: its key is any word
)

urlpatterns = [page for one in all_resources() for pages in _OF_A_RESOURCE for page in pages(one)]
urlpatterns += imports.addresses() + choosing.addresses()
urlpatterns += rest.addresses()
