from yuanheng.accounts.models.grant import Grant
from yuanheng.accounts.models.org_unit import OrgUnit
from yuanheng.accounts.models.post import Post
from yuanheng.accounts.models.user import User

__all__ = ["Grant", "OrgUnit", "Post", "User"]
