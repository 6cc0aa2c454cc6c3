"""Names of the room's actions; what problems found elsewhere may become here."""

from django.utils.translation import gettext_lazy as _

from yuanheng.consultation import findings as _findings  # noqa: F401 offers its case
from yuanheng.kernel.actions.labels import name_action

for _code, _label in {
    "consultation.put_to_units": _("Put to units"),
    "consultation.open_to_units": _("Opened to the units, or closed"),
    "consultation.give_all_time": _("More time given to all"),
    "consultation.accept_all": _("Accepted, all at once"),
    "consultation.set_questions": _("Questions written"),
    "consultation.save_answers": _("Answers written"),
    "consultation.mark_answer": _("Answer marked"),
    "consultation.make_task": _("Task made of an answer"),
    "consultation.add_edition": _("Words of the draft"),
    "consultation.save_comments": _("Comments written"),
    "consultation.decide_comments": _("Comments decided"),
    "consultation.add_points": _("Points of a study visit written"),
    "consultation.take_up_point": _("Task made of a point"),
    "consultation.leave_point": _("Point not taken up"),
}.items():
    name_action(_code, _label)
