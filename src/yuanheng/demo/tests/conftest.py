"""One small city and one of full size, made once."""

from __future__ import annotations

import pytest

from yuanheng.demo.generator import DemoFiles, generate


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return generate(tmp_path_factory.mktemp("city"), enterprises=3000)


@pytest.fixture(scope="session")
def full_city(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return generate(tmp_path_factory.mktemp("full_city"))
