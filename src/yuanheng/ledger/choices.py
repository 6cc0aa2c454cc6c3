from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    """What is evaluated."""

    PARK = "park", _("Parks")
    ENTERPRISE = "enterprise", _("Enterprises")
    DEPARTMENT = "department", _("Departments")
    PROJECT = "project", _("Projects")
    BUILDING = "building", _("Buildings")
    PERSON = "person", _("Persons")


class BearerKind(models.TextChoices):
    """Of what a figure is."""

    REGION = "region", _("Region")
    PARK = "park", _("Park")
    ENTERPRISE = "enterprise", _("Enterprise")
    DEPARTMENT = "department", _("Department")
    PROJECT = "project", _("Project")
    BUILDING = "building", _("Building")
    PERSON = "person", _("Person")


class DataGroup(models.TextChoices):
    """Data that not everybody may see; who may, says ``accounts`` by role."""

    TAX = "tax", _("Tax data")
    ENERGY = "energy", _("Energy data")


class Theme(models.TextChoices):
    """What an indicator is about."""

    SCALE = "scale", _("Scale and growth")
    INDUSTRY = "industry", _("Industry structure")
    TAX = "tax", _("Tax and returns")
    ENTERPRISE = "enterprise", _("Enterprises and their ladder")
    LAND = "land", _("Land")
    INVESTMENT = "investment", _("Investment and projects")
    INNOVATION = "innovation", _("Innovation and talent")
    ENERGY = "energy", _("Energy and environment")
    OPENNESS = "openness", _("Trade and openness")
    SERVICE = "service", _("Service and business environment")
    SAFETY = "safety", _("Safety and governance")
    STATE_ASSETS = "state_assets", _("State assets and buildings")
    APPRAISAL = "appraisal", _("Appraisal of parks and units")


class Direction(models.TextChoices):
    """Which way is good."""

    HIGHER = "higher", _("the more the better")
    LOWER = "lower", _("the less the better")
    NEUTRAL = "neutral", _("neither")


class OverTime(models.TextChoices):
    """How months become a year."""

    SUM = "sum", _("added up")
    LAST = "last", _("the last one")
    MEAN = "mean", _("the mean")
    CUMULATIVE = "cumulative", _("cumulative: each holds those before it")
    NONE = "none", _("not put together")


class OverSubjects(models.TextChoices):
    """How parks become a city. A ratio is weighted by its denominator or computed anew from its
    parts; a bare mean is not on offer."""

    SUM = "sum", _("added up")
    WEIGHTED = "weighted", _("weighted by its denominator")
    DERIVED = "derived", _("computed anew from its parts")
    NONE = "none", _("not put together")


class Frequency(models.TextChoices):
    """How often an indicator is reported."""

    MONTH = "month", _("monthly")
    QUARTER = "quarter", _("quarterly")
    HALF = "half", _("half-yearly")
    YEAR = "year", _("yearly")


class Authority(models.TextChoices):
    """What stands behind a definition."""

    STATISTICS = "statistics", _("statistical system")
    CLAUSE = "clause", _("clause of a published document")
    REPORT = "report", _("named in a published report")
    REFERENCE = "reference", _("usual formula, text not seen")
    SAMPLE = "sample", _("sample of this system")
    OWN = "own", _("set by this office")


class EntrySource(models.TextChoices):
    """By which way figures came into the ledger."""

    FORM = "form", _("Form")
    WORKBOOK = "workbook", _("Workbook")
    DOCUMENT = "document", _("Document")
    FEED = "feed", _("Feed of a room")
    API = "api", _("Interface for programs")
    HAND = "hand", _("Entered by hand")


class Standing(models.IntegerChoices):
    """How far an entry has been endorsed; it only ever rises."""

    REPORTED = 1, _("reported")
    APPROVED = 2, _("approved by the park")
    COUNTY = 3, _("approved by the county")
    ACCEPTED = 4, _("accepted by the city")


class FormFrequency(models.TextChoices):
    """How often a form asks, and of which kind of period."""

    MONTH = "month", _("monthly")
    CUMULATIVE = "cumulative", _("monthly, cumulative from January")
    QUARTER = "quarter", _("quarterly")
    HALF = "half", _("half-yearly")
    YEAR = "year", _("yearly")


class CheckKind(models.TextChoices):
    """What a rule of checks looks for."""

    COMPARISON = "comparison", _("Comparison of two sides")
    JUMP = "jump", _("Jump against earlier periods")
    PARTS = "parts", _("Sum of the parks against their region")
    OUTLIER = "outlier", _("Robust outlier")
    SLIP = "slip", _("Slip of the unit")


class Severity(models.TextChoices):
    """What a finding asks of who reports the figure."""

    BLOCK = "block", _("must be corrected")
    EXPLAIN = "explain", _("must be explained")
    WARN = "warn", _("reminder")


class Operator(models.TextChoices):
    """How the left side must stand to the right side."""

    EQUAL = "=", "="
    AT_MOST = "<=", "≤"
    AT_LEAST = ">=", "≥"
    LESS = "<", "<"
    MORE = ">", ">"
    DIFFERENT = "!=", "≠"


class Against(models.TextChoices):
    """With what an outlier is compared."""

    HISTORY = "history", _("its own history")
    PEERS = "class", _("its class in the same period")


class TargetKind(models.TextChoices):
    """How the actual of a target is found."""

    FIGURE = "figure", _("a figure of the ledger")
    REACHING = "reaching", _("how many reach a figure")
    LISTED = "listed", _("how many are on a list")
    HEADING = "heading", _("a heading over others")


class Counted(models.TextChoices):
    """What a target counts."""

    ENTERPRISE = "enterprise", _("enterprises")
    INDUSTRY = "industry", _("industries (divisions of GB/T 4754)")
    PARK = "park", _("parks")


class CurveKind(models.TextChoices):
    """How a year's aim falls on its months."""

    EVEN = "even", _("even")
    LAST_YEAR = "last_year", _("as last year went")
    OWN = "own", _("own figures")
