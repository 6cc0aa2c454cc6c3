from yuanheng.publicworks.models.project import PublicProject
from yuanheng.publicworks.models.rule import OrderRule

__all__ = ["OrderRule", "PublicProject"]
