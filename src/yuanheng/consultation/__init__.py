"""Consultation: questions put to units, comments on drafts, study visits."""
