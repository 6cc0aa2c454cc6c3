"""Addresses of every registered register, and of what the kernel itself shows.

A feature of the generic screens gives ``pages(resource)``; a screen of its own, ``addresses()``.
"""

from __future__ import annotations

from yuanheng.kernel.flow import views as flows
from yuanheng.kernel.lights import screens as lights
from yuanheng.kernel.resources import all_resources
from yuanheng.kernel.rest import urls as rest
from yuanheng.kernel.views import (
    beside,
    bulk,
    choosing,
    details,
    exports,
    history,
    imports,
    jobs,
    lists,
    notices,
    printing,
    saved_lists,
    search,
    writes,
)

_OF_A_RESOURCE = (
    lists.pages,
    printing.pages,
    exports.pages,
    bulk.pages,
    writes.pages,
    history.pages,
    beside.pages,
    flows.pages,
    details.pages,  # last: its key is any word
)

# Before the registers, whose keys are any word.
urlpatterns = lights.addresses() + flows.addresses() + notices.addresses()
urlpatterns += [*lists.addresses(), *saved_lists.addresses(), *search.addresses()]
urlpatterns += [page for one in all_resources() for pages in _OF_A_RESOURCE for page in pages(one)]
urlpatterns += imports.addresses() + jobs.addresses() + choosing.addresses()
urlpatterns += rest.addresses()
