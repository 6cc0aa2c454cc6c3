"""Diagnosis: a subject item by item against others, and what closing each gap would win."""

from yuanheng.calc.diagnosis.diagnosing import (
    Against,
    Diagnosis,
    Gap,
    Reference,
    diagnose,
    reference_in,
)
from yuanheng.calc.diagnosis.wording import sentences

__all__ = ["Against", "Diagnosis", "Gap", "Reference", "diagnose", "reference_in", "sentences"]
