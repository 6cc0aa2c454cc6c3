from yuanheng.accounts.models.grant import Grant
from yuanheng.accounts.models.org_unit import OrgUnit
from yuanheng.accounts.models.post import Post
from yuanheng.accounts.models.token import ApiToken
from yuanheng.accounts.models.user import User

__all__ = ["ApiToken", "Grant", "OrgUnit", "Post", "User"]
