"""Notes, files, tags and links beside a row of any register: who may add them, and to what."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from yuanheng.kernel.policies import EDIT, VIEW, require


def companion_action(model: type[models.Model]) -> str:
    """The action that lets a person add to rows of ``model``; EDIT unless the register says."""
    from yuanheng.kernel.resources.base import resource_of

    resource = resource_of(model)
    return resource.companion_action if resource is not None else EDIT


def has_companions(model: type[models.Model]) -> bool:
    """Whether anything may stand beside rows of ``model``."""
    from yuanheng.kernel.resources.base import resource_of

    resource = resource_of(model)
    return resource is not None and resource.companions


def require_companion(user: Any, row: models.Model) -> None:
    """Refused unless ``user`` sees ``row`` and may add to it."""
    require(user, VIEW, row)
    require(user, companion_action(type(row)), row)


def model_called(label: str) -> type[models.Model] | None:
    """The model that ``registry.Park`` names; ``None`` if there is none any more."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
