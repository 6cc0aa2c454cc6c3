from yuanheng.consultation.models.consultation import Consultation, Question
from yuanheng.consultation.models.reply import Answer, Reply

__all__ = ["Answer", "Consultation", "Question", "Reply"]
