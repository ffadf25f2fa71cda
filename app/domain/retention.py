"""How long what is kept: THE table of retention classes, and the day on which a part of a case is due.

A case is never destroyed by one rule (domain.md R45): what each organisation wrote in it is a part of its own, with the
class of that kind of organisation; what belongs to all of them together is the shared record. The terms and their
sources stand in domain.md §4; where sources disagree the class is `disputed` and names the other reading. A setting
can give a class another term, nothing else.
"""

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.domain.actors import OrganisationKind

Kind = OrganisationKind
TWELVE = 12
ADULT, LEAVES_SCHOOL = 18, 20


class Part(StrEnum):
    """What a row of a case is part of."""

    CONTENT = "inhoud"  # what an organisation wrote
    ABSENCE = "verzuim"  # the same, about absence
    SHARED = "gedeeld"  # who took part, which steps were taken, what was asked and answered, what the family wrote
    CHILD = "kind"  # a child of whom no case is left
    TRACK = "spoor"  # one organisation's track of the Meldcode, apart from every case


class Anchor(StrEnum):
    """From which moment a term runs."""

    LEFT_SCHOOL = "vertrek_van_school"
    LAST_CHANGE = "laatste_wijziging"
    DECISION = "besluit"
    CLOSED = "sluiting_van_de_zaak"
    BIRTH = "geboorte"
    ADULTHOOD = "achttiende_verjaardag"


ANCHOR_IN_WORDS = {
    Anchor.LEFT_SCHOOL: "vanaf het vertrek van de school; is dat niet bekend, dan vanaf de twintigste verjaardag",
    Anchor.LAST_CHANGE: "vanaf de laatste wijziging",
    Anchor.DECISION: "vanaf het laatste besluit of advies; is er geen, dan vanaf de laatste wijziging",
    Anchor.CLOSED: "vanaf de sluiting van de zaak",
    Anchor.BIRTH: "vanaf de geboorte",
    Anchor.ADULTHOOD: "vanaf de achttiende verjaardag",
}


class Unit(StrEnum):
    """In what a term is counted: days of the calendar, months or years."""

    DAYS = "dagen"
    MONTHS = "maanden"
    YEARS = "jaar"


@dataclass(frozen=True, slots=True)
class Term:
    """So many days, months or years."""

    amount: int
    unit: Unit

    def after(self, day: date) -> date:
        """The day on which the term that began on `day` has passed; 29 February becomes the 28th where it must."""
        if self.unit is Unit.DAYS:
            return day + timedelta(days=self.amount)
        months = self.amount * (TWELVE if self.unit is Unit.YEARS else 1) + day.month - 1
        year, month = day.year + months // TWELVE, months % TWELVE + 1
        return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


def years(amount: int) -> Term:
    """A term in years."""
    return Term(amount, Unit.YEARS)


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One line of the table.

    Attributes:
        key: the code, as settings, proposals and certificates name it.
        title: what it is, in Dutch.
        part: which part of a case it is about.
        owners: the kinds of organisation whose part it is; empty for all.
        anchor, term: when it is due.
        source: law, or «beleid» where no law says how long.
        disputed: the other reading where sources disagree, with its source; empty where they do not.
        automatic: destroyed without two people agreeing, because nothing but a signal is in it.
    """

    key: str
    title: str
    part: Part
    owners: frozenset[Kind]
    anchor: Anchor
    term: Term
    source: str
    disputed: str = ""
    automatic: bool = False


SIGNAL_ONLY, SHARED, CHILD, TO_SPECIAL_SCHOOL = (
    "signaal_zonder_vervolg",
    "gedeeld_zaakdossier",
    "kind_zonder_zaak",
    "leerlingdossier_verwezen",
)
SCHOOL = frozenset({Kind.SCHOOL, Kind.SCHOOLBESTUUR})

CLASSES: tuple[RetentionClass, ...] = (
    RetentionClass(
        "leerlingdossier",
        "Leerlingdossier",
        Part.CONTENT,
        SCHOOL,
        Anchor.LEFT_SCHOOL,
        years(2),
        "PO-Raad en AVS: 2 jaar na vertrek (AVG 5, lid 1 onder e)",
    ),
    RetentionClass(
        TO_SPECIAL_SCHOOL,
        "Leerlingdossier van een kind dat naar het speciaal onderwijs is verwezen",
        Part.CONTENT,
        SCHOOL,
        Anchor.LEFT_SCHOOL,
        years(3),
        "PO-Raad en AVS: 3 jaar na vertrek",
    ),
    RetentionClass(
        "verzuimgegevens",
        "Verzuim en inschrijving",
        Part.ABSENCE,
        SCHOOL,
        Anchor.LEFT_SCHOOL,
        years(5),
        "Besluit bekostiging WPO 9: 5 jaar na uitschrijving",
    ),
    RetentionClass(
        "swv_dossier",
        "Dossier van het samenwerkingsverband",
        Part.CONTENT,
        frozenset({Kind.SAMENWERKINGSVERBAND}),
        Anchor.DECISION,
        years(3),
        "WPO 18a, lid 13: 3 jaar na besluit, advies of toewijzing",
    ),
    RetentionClass(
        "jeugdhulpdossier",
        "Jeugdhulpdossier",
        Part.CONTENT,
        frozenset({Kind.JEUGDHULPAANBIEDER}),
        Anchor.LAST_CHANGE,
        years(20),
        "Jeugdwet 7.3.8, lid 3, sinds 2020: 20 jaar na de laatste wijziging",
        disputed="15 jaar: de tekst van 2015, en pagina's van NVO en rijksoverheid.nl die nog zo luiden",
    ),
    RetentionClass(
        "jeugdhulp_toegang",
        "Toegang tot jeugdhulp bij gemeente en sociaal team",
        Part.CONTENT,
        frozenset({Kind.GEMEENTE, Kind.SOCIAAL_TEAM}),
        Anchor.LAST_CHANGE,
        years(20),
        "Beleid: als het jeugdhulpdossier (Jeugdwet 7.3.8)",
        disputed="15 jaar: Jeugdwet 7.3.8 in de tekst van 2015; de selectielijst van de gemeente kan anders luiden",
    ),
    RetentionClass(
        "jgz_dossier",
        "Dossier van de jeugdgezondheidszorg",
        Part.CONTENT,
        frozenset({Kind.JGZ}),
        Anchor.LAST_CHANGE,
        years(20),
        "Burgerlijk Wetboek 7:454: 20 jaar na de laatste wijziging",
        disputed="15 jaar: de tekst van voor 2020",
    ),
    RetentionClass(
        "leerplicht",
        "Dossier van de leerplichtambtenaar",
        Part.CONTENT,
        frozenset({Kind.LEERPLICHT}),
        Anchor.BIRTH,
        years(19),
        "Selectielijst gemeenten 2020: tot 19 jaar na de geboorte",
        disputed="2 jaar na de achttiende verjaardag (Hellevoetsluis); wat onder de Wet politiegegevens valt: 5 jaar",
    ),
    RetentionClass(
        "ots_voogdij",
        "Dossier van een gecertificeerde instelling",
        Part.CONTENT,
        frozenset({Kind.GECERTIFICEERDE_INSTELLING}),
        Anchor.ADULTHOOD,
        years(30),
        "rijksoverheid.nl: ondertoezichtstelling en voogdij, ten hoogste 30 jaar na de meerderjarigheid",
    ),
    RetentionClass(
        "meegekeken",
        "Wat anderen schreven die meekeken",
        Part.CONTENT,
        frozenset({Kind.STAGNATIEPUNT, Kind.EXPERTPOOL, Kind.EXPERTTEAM, Kind.OVERIG}),
        Anchor.CLOSED,
        years(2),
        "Beleid: geen wettelijke termijn gevonden",
    ),
    RetentionClass(
        SHARED,
        "Gedeeld dossier van de zaak",
        Part.SHARED,
        frozenset(),
        Anchor.CLOSED,
        years(2),
        "Beleid: geen wettelijke termijn gevonden; nooit voordat het deel van elke organisatie weg is",
    ),
    RetentionClass(
        SIGNAL_ONLY,
        "Signaal waar niets op volgde",
        Part.SHARED,
        frozenset(),
        Anchor.LAST_CHANGE,
        Term(6, Unit.MONTHS),
        "Beleid: niet langer dan nodig (AVG 5, lid 1 onder e)",
        automatic=True,
    ),
    RetentionClass(
        "meldcode_onderwijs",
        "Spoor van de meldcode bij een school",
        Part.TRACK,
        SCHOOL,
        Anchor.LEFT_SCHOOL,
        years(2),
        "Beleid: als het leerlingdossier; in de wet is geen termijn gevonden (WPO 5a)",
        disputed="tot het jongste kind van het gezin 18 is, zoals Veilig Thuis zelf bewaart (rijksoverheid.nl)",
    ),
    RetentionClass(
        "meldcode_hulp",
        "Spoor van de meldcode bij jeugdhulp, jeugdgezondheidszorg, gemeente of sociaal team",
        Part.TRACK,
        frozenset({Kind.JEUGDHULPAANBIEDER, Kind.JGZ, Kind.GEMEENTE, Kind.SOCIAAL_TEAM}),
        Anchor.LAST_CHANGE,
        years(20),
        "Beleid: als het dossier waar het bij hoort (Jeugdwet 7.3.8, Burgerlijk Wetboek 7:454)",
        disputed="15 jaar: de teksten van voor 2020; tot het jongste kind van het gezin 18 is, zoals Veilig Thuis",
    ),
    RetentionClass(
        "meldcode_gi",
        "Spoor van de meldcode bij een gecertificeerde instelling",
        Part.TRACK,
        frozenset({Kind.GECERTIFICEERDE_INSTELLING}),
        Anchor.ADULTHOOD,
        years(30),
        "Beleid: als het dossier van de instelling (rijksoverheid.nl)",
    ),
    RetentionClass(
        "meldcode_overig",
        "Spoor van de meldcode bij een andere organisatie",
        Part.TRACK,
        frozenset(Kind)
        - SCHOOL
        - {
            Kind.JEUGDHULPAANBIEDER,
            Kind.JGZ,
            Kind.GEMEENTE,
            Kind.SOCIAAL_TEAM,
            Kind.GECERTIFICEERDE_INSTELLING,
        },
        Anchor.ADULTHOOD,
        Term(1, Unit.DAYS),
        "Beleid: tot het kind 18 is, zoals Veilig Thuis zelf bewaart (rijksoverheid.nl)",
    ),
    RetentionClass(
        CHILD,
        "Kind van wie geen zaak meer is",
        Part.CHILD,
        frozenset(),
        Anchor.LAST_CHANGE,
        years(1),
        "Beleid: niet langer dan nodig (AVG 5, lid 1 onder e)",
    ),
)
BY_KEY: Mapping[str, RetentionClass] = {each.key: each for each in CLASSES}
DOSSIER = tuple(each.key for each in CLASSES if each.part not in {Part.TRACK, Part.CHILD})
"""What a case is kept by, each part by its own."""
MELDCODE = tuple(each.key for each in CLASSES if each.part is Part.TRACK)

SHORT: Mapping[str, Term] = {
    "idempotency_keys": Term(30, Unit.DAYS),
    "outbox": Term(90, Unit.DAYS),
    "invitation_codes": Term(90, Unit.DAYS),
}
"""What holds no content and goes by itself: keys of requests, facts once delivered, codes that expired."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one part of one case: codes and dates, no content."""

    part: Part
    owner: Kind | None
    last_change: date
    last_decision: date | None = None
    birth_date: date | None = None
    closed_on: date | None = None
    left_school_on: date | None = None
    to_special_school: bool = False
    # Whether the owner still takes part in the case, or the child is still a pupil.
    involved: bool = False
    # Whether anything of an organisation is left in the case, beside the shared record.
    others_left: bool = False
    signal_only: bool = False
    # Whether the child is no longer known here: then a track of the Meldcode has nothing else to count from.
    child_gone: bool = False


def class_of(facts: Facts) -> RetentionClass:
    """The class of a part: exactly one for each kind of organisation. LookupError where the table has a hole."""
    if facts.signal_only:
        return BY_KEY[SIGNAL_ONLY]
    if facts.part is Part.SHARED:
        return BY_KEY[SHARED]
    if facts.part is Part.CHILD:
        return BY_KEY[CHILD]
    if facts.part is Part.TRACK:
        return next(each for each in CLASSES if each.part is Part.TRACK and facts.owner in each.owners)
    if facts.part is Part.CONTENT and facts.owner in SCHOOL and facts.to_special_school:
        return BY_KEY[TO_SPECIAL_SCHOOL]
    for part in (facts.part, Part.CONTENT):
        for each in CLASSES:
            if each.part is part and facts.owner in each.owners:
                return each
    raise LookupError(facts.owner)


def anchored_on(anchor: Anchor, facts: Facts) -> date | None:
    """From which day the term runs; None while that is not known."""
    if anchor is Anchor.LAST_CHANGE or facts.child_gone:
        return facts.last_change
    if anchor is Anchor.DECISION:
        return facts.last_decision or facts.last_change
    if anchor is Anchor.CLOSED:
        return facts.closed_on
    if anchor is Anchor.LEFT_SCHOOL and facts.left_school_on is not None:
        return facts.left_school_on
    if facts.birth_date is None:
        return None
    age = {Anchor.BIRTH: 0, Anchor.ADULTHOOD: ADULT, Anchor.LEFT_SCHOOL: LEAVES_SCHOOL}[anchor]
    return years(age).after(facts.birth_date)


def due_on(facts: Facts, classes: Mapping[str, RetentionClass] = BY_KEY) -> date | None:
    """The first day on which a part may be destroyed; None while nobody can say, or its owner still takes part.

    What is shared goes last: never while a part of any organisation is left. A signal that nothing followed is due
    while its case stands open; every other part waits until the owner's involvement or the case itself has ended.
    """
    found = classes[class_of(facts).key]
    if not facts.signal_only and facts.involved:
        return None
    if found.part is Part.SHARED and not facts.signal_only and (facts.others_left or facts.closed_on is None):
        return None
    anchored = anchored_on(found.anchor, facts)
    return None if anchored is None else found.term.after(anchored)


_OVERRIDE = re.compile(r"^\s*(?P<key>[a-z_]+)\s*=\s*(?P<amount>\d{1,5})\s*(?P<unit>dagen|maanden|jaar)\s*$")


def overridden(lines: Iterable[str]) -> Mapping[str, RetentionClass]:
    """The table with the terms that a setting gives, each as «leerlingdossier=3 jaar».

    Raises:
        ValueError: every line that is no term, or names no class; with what it must look like.
    """
    classes, faults = dict(BY_KEY), []
    for line in lines:
        found = _OVERRIDE.match(line)
        if found is None or found["key"] not in BY_KEY or not int(found["amount"]):
            faults.append(line.strip())
            continue
        term = Term(int(found["amount"]), Unit(found["unit"]))
        classes[found["key"]] = replace(classes[found["key"]], term=term)
    if faults:
        raise ValueError(
            f"{', '.join(faults)}: schrijf een klasse, een getal en dagen, maanden of jaar, als leerlingdossier=3 jaar;"
            f" de klassen zijn {', '.join(BY_KEY)}"
        )
    return classes


class Way(StrEnum):
    """How what a table holds comes to its end."""

    BY_CLASS = "klasse"  # row by row, by the class of its part
    ALONG = "mee"  # with what it is about, in the same transaction
    APART = "apart"  # by class, proposed and agreed to by those alone who may know of it
    SHORT = "kort"  # by itself, after some days: no content
    KEPT = "blijft"  # no child stands in it, or it accounts for what was done


def how_long(name: str) -> str:
    """A class by its key, or a table that no class holds with how long it is kept: in Dutch, for a reader."""
    return f"`{name}`" if name in BY_KEY else f"`{name}`: {TABLES[name][1]}"


_PARTS = (
    "data_request_answers data_requests"
    " findings plan_actions approvals evaluations checklist_answers decisions invitations consent_answers"
    " consent_exceptions goals"
    " escalations meetings consents plans signals notes statements assessments term_pauses term_extensions transitions"
    " participants cases young_people"
)
TABLES: Mapping[str, tuple[Way, str]] = {
    **dict.fromkeys(_PARTS.split(), (Way.BY_CLASS, "per organisatie en klasse")),
    "deadlines": (Way.ALONG, "met de zaak"),
    "consent_reminders": (Way.ALONG, "met de zaak"),
    "recounts": (Way.ALONG, "met de zaak; anders zodra de worker telde"),
    "migrated_cases": (Way.ALONG, "met de zaak"),
    "guardianships": (Way.ALONG, "met het kind"),
    "guardians": (Way.ALONG, "met het laatste kind van deze ouder of voogd"),
    "sight_decisions": (Way.ALONG, "met het kind"),
    "school_departures": (Way.ALONG, "met het kind"),
    "gezag_findings": (Way.ALONG, "met het kind"),
    "identity_numbers": (Way.ALONG, "met het kind"),
    "emergency_accesses": (Way.ALONG, "met het kind; dat er noodtoegang was staat ook in het logboek"),
    "bindings": (Way.ALONG, "met de persoon van wie de login is"),
    "retention_objects": (Way.ALONG, "elk met wat het aanwijst"),
    "idempotency_keys": (Way.SHORT, str(SHORT["idempotency_keys"])),
    "outbox": (Way.SHORT, f"{SHORT['outbox']} na aflevering"),
    "invitation_codes": (Way.SHORT, f"{SHORT['invitation_codes']} na afloop"),
    "organisations": (Way.KEPT, "openbaar register"),
    "workers": (Way.KEPT, "naam van de medewerker, zolang iets wat hij of zij schreef of deed wordt bewaard"),
    "closures": (Way.KEPT, "over een school, niet over een kind"),
    "organisation_meetings": (Way.KEPT, "over beleid, nooit over een kind"),
    "organisation_meeting_parties": (Way.KEPT, "over beleid, nooit over een kind"),
    "organisation_decisions": (Way.KEPT, "over beleid, nooit over een kind"),
    "consent_rule_sets": (Way.KEPT, "regels over wie beslist, niet over een kind"),
    "case_migrations": (Way.KEPT, "over een versie van een route, niet over een kind"),
    "audit_events": (Way.KEPT, "ten minste 5 jaar (NEN 7513); daarna per afgesloten deel van de keten, ADR 0157"),
    **dict.fromkeys(
        ("audit_chains", "audit_seals", "audit_links", "audit_positions"),
        (Way.KEPT, "het bewijs dat het logboek klopt; met het logboek, ADR 0157"),
    ),
    **dict.fromkeys(
        ("meldcode_tracks", "meldcode_participants", "meldcode_entries"),
        (Way.APART, "het hele spoor, per organisatie en klasse, door twee mensen die het kennen"),
    ),
    "meldcode_events": (Way.KEPT, "logboek van de sporen, in een eigen keten; zo lang als het logboek, ADR 0157"),
    "meldcode_destructions": (Way.KEPT, "verantwoording van een vernietiging, voor wie het spoor kende"),
    "retention_proposals": (Way.KEPT, "verantwoording van een vernietiging: aantallen en redenen"),
    "legal_holds": (Way.KEPT, "verantwoording: wat werd bewaard en waarom"),
    "tombstones": (Way.KEPT, "dat iets is vernietigd: soort, kenmerk, klasse, wanneer"),
    "destruction_portions": (Way.KEPT, "verantwoording van een vernietiging"),
    "destruction_certificates": (Way.KEPT, "verantwoording van een vernietiging"),
}
"""Every table of the service. A test fails for a table that is missing here, and for one that the database destroys
otherwise than is said."""
