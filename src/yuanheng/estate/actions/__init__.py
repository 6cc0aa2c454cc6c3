from yuanheng.estate.actions.areas import correct_area
from yuanheng.estate.actions.reckonings import NothingToReckon, Summary, reckon_year

__all__ = ["NothingToReckon", "Summary", "correct_area", "reckon_year"]
