from yuanheng.registry.models.enterprise import Enterprise
from yuanheng.registry.models.ladder import LadderRung, LadderStanding
from yuanheng.registry.models.park import Park
from yuanheng.registry.models.region import Region

__all__ = ["Enterprise", "LadderRung", "LadderStanding", "Park", "Region"]
