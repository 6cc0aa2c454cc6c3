"""Tables that fill the registers."""

from yuanheng.registry.importers.enterprises import EnterpriseImporter
from yuanheng.registry.importers.parks import ParkImporter
from yuanheng.registry.importers.regions import RegionImporter

__all__ = ["EnterpriseImporter", "ParkImporter", "RegionImporter"]
