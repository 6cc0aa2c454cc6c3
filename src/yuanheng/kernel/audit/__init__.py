"""The audit log proves its own order: a chain of hashes, guards in the database, a check."""

from yuanheng.kernel.audit.chain import seal
from yuanheng.kernel.audit.guards import install_guards, remove_guards
from yuanheng.kernel.audit.verify import Problem, Verdict, verify_log

__all__ = ["Problem", "Verdict", "install_guards", "remove_guards", "seal", "verify_log"]
