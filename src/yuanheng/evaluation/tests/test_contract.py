"""The registers of evaluations and schemes keep the contract of all registers."""

from __future__ import annotations

import pytest

from yuanheng.evaluation.models import Run, Scheme
from yuanheng.evaluation.tests.conftest import SCHEME
from yuanheng.kernel.testing import ResourceContract

pytestmark = pytest.mark.usefixtures("_clean_home")


class TestSchemes(ResourceContract):
    resource_name = "scheme"
    outsider = ""  # a method is no secret

    def make(self, world, number):
        from yuanheng.evaluation.actions import store_version

        text = SCHEME.replace("id: per_mu", f"id: per_mu_{number}")
        version, _new = store_version(acting_user=world.analyst, text=text)
        return Scheme.objects.get(pk=version.scheme_id)


class TestRuns(ResourceContract):
    resource_name = "run"

    @pytest.fixture
    def world(self, evaluated):
        evaluated.world.model = evaluated.before
        return evaluated.world

    def make(self, world, number):
        """The published run, then copies of it: computing each would take seconds."""
        if not number:
            return world.model
        made = Run.objects.get(pk=world.model.pk)
        made.pk, made.code = None, f"{world.model.code}-{number}"
        made.save(force_insert=True)
        return made
