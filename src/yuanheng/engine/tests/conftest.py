"""The PostgreSQL server of the formulas' tests, for the printed programs too."""

from yuanheng.calc.expression.tests.conftest import postgres_url

__all__ = ["postgres_url"]
