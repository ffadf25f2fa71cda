"""Each guard by itself: met, not met, and every parameter."""

import re
from dataclasses import replace
from typing import Any

import pytest

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.consent import Missing
from app.domain.regie import Regie
from app.workflow.facts import Assessment, ConsentFact, EscalationFact, Facts, MeetingFact, Note, PlanFact
from app.workflow.guards import GUARDS, Params, Reason, must_hear
from app.workflow.loader import current
from app.workflow.model import Checklist, ChecklistItem, Invitee, Presence, Route, Text
from tests.workflow.walks import SOME_DAY, SOME_MOMENT, draft, given, opened, party, refused, signal

SCHOOL, JGZ, SOCIAAL_TEAM = OrganisationKind.SCHOOL, OrganisationKind.JGZ, OrganisationKind.SOCIAAL_TEAM


@pytest.fixture(scope="module")
def route() -> Route:
    return current("midden-groningen")


@pytest.fixture
def facts(route: Route) -> Facts:
    """A child of nine at a school; a teacher signalled, nothing else happened."""
    return opened(route, signal(Role.LEERKRACHT))


def ask(name: str, facts: Facts, **values: Any) -> list[Reason]:
    return GUARDS[name].check(facts, Params(values, current("midden-groningen")))


def codes(name: str, facts: Facts, **values: Any) -> list[str]:
    return [reason.code for reason in ask(name, facts, **values)]


def found(kind: str, outcome: str, reason: str | None = None) -> dict[str, Assessment]:
    return {kind: Assessment(kind, Role.CASEMANAGER_JEUGD, outcome, reason, SOME_MOMENT)}


def note(kind: str, by: Role, *whom: str) -> Note:
    return Note(kind, by, whom)


# --- The child, the school, the signal ------------------------------------------------------------------------------


def test_school_known(facts: Facts) -> None:
    assert not ask("school_known", facts)
    [reason] = ask("school_known", replace(facts, school_known=False))
    assert reason.code == "school_onbekend"
    assert reason.operation is not None
    assert reason.operation.action == "case.update"


def test_school_unknown(facts: Facts) -> None:
    assert codes("school_unknown", facts) == ["school_bekend"]
    assert not ask("school_unknown", replace(facts, school_known=False))


def test_deelverband_known(facts: Facts) -> None:
    assert not ask("deelverband_known", facts)
    assert codes("deelverband_known", replace(facts, deelverband_known=False)) == ["deelverband_onbekend"]


TALK = {"talk": "oudergesprek", "contact": "contactnotitie"}


def first_talk(facts: Facts) -> list[str]:
    return codes("first_talk_held", facts, **TALK)


def test_a_teacher_talks_with_the_parents_first(facts: Facts) -> None:
    assert first_talk(facts) == ["oudergesprek_ontbreekt"]
    assert not first_talk(replace(facts, notes=(note("oudergesprek", Role.LEERKRACHT, "ouder"),)))


def test_a_colleague_of_the_same_house_may_hold_the_talk_and_nobody_else(facts: Facts) -> None:
    assert not first_talk(replace(facts, notes=(note("oudergesprek", Role.INTERN_BEGELEIDER, "ouder"),)))
    assert first_talk(replace(facts, notes=(note("oudergesprek", Role.JEUGDARTS, "ouder"),))) != []


@pytest.mark.parametrize(
    ("who", "colleague", "stranger"),
    [
        (Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS, Role.LEERKRACHT),
        (Role.LEERPLICHTAMBTENAAR, Role.LEERPLICHTAMBTENAAR, Role.INTERN_BEGELEIDER),
        (Role.KIND_OUDERONDERSTEUNER, Role.CASEMANAGER_JEUGD, Role.INTERN_BEGELEIDER),
    ],
)
def test_whoever_signals_talks_with_the_parents(route: Route, who: Role, colleague: Role, stranger: Role) -> None:
    facts = opened(route, signal(who))
    assert not first_talk(replace(facts, notes=(note("oudergesprek", colleague, "ouder"),)))
    assert first_talk(replace(facts, notes=(note("oudergesprek", stranger, "ouder"),))) == ["oudergesprek_ontbreekt"]


def test_a_talk_without_the_parents_is_no_talk_with_them(facts: Facts) -> None:
    assert first_talk(replace(facts, notes=(note("oudergesprek", Role.LEERKRACHT, "intern_begeleider"),))) != []
    assert first_talk(replace(facts, notes=(note("gesprek", Role.LEERKRACHT, "ouder"),))) != []


def test_a_guardian_stands_for_the_parents(facts: Facts) -> None:
    assert not first_talk(replace(facts, notes=(note("oudergesprek", Role.LEERKRACHT, "wettelijk_vertegenwoordiger"),)))


def test_from_sixteen_the_youth_stands_for_the_parents(facts: Facts) -> None:
    talked = replace(facts, notes=(note("oudergesprek", Role.LEERKRACHT, "jeugdige"),))
    assert first_talk(replace(talked, age=15)) == ["oudergesprek_ontbreekt"]
    assert not first_talk(replace(talked, age=16))
    assert first_talk(replace(talked, age=None)) == ["oudergesprek_ontbreekt"]


def test_a_parents_own_concern_needs_the_note_of_whoever_received_it(route: Route) -> None:
    facts = opened(route, signal(Role.OUDER, received_by=Role.DIRECTIE))
    assert first_talk(facts) == ["contactnotitie_ontbreekt"]
    assert first_talk(replace(facts, notes=(note("oudergesprek", Role.DIRECTIE, "ouder"),))) != []
    assert not first_talk(replace(facts, notes=(note("contactnotitie", Role.LEERKRACHT, "ouder"),)))


def test_a_youths_own_concern_needs_a_talk_with_the_parents_until_sixteen(route: Route) -> None:
    facts = opened(route, signal(Role.JEUGDIGE))
    assert first_talk(replace(facts, age=13)) == ["oudergesprek_ontbreekt"]
    assert first_talk(replace(facts, age=16)) == ["contactnotitie_ontbreekt"]
    heard = replace(facts, age=16, notes=(note("contactnotitie", Role.INTERN_BEGELEIDER, "jeugdige"),))
    assert not first_talk(heard)


def test_when_safety_is_at_stake_no_talk_is_asked(facts: Facts) -> None:
    later = (*facts.signals, signal(Role.JEUGDARTS, safety=True))
    assert not first_talk(replace(facts, signals=later))


def test_without_a_signal_nothing_begins(facts: Facts) -> None:
    assert first_talk(replace(facts, signals=())) == ["signaal_ontbreekt"]


def test_the_first_signal_decides_who_talks(route: Route) -> None:
    facts = opened(route, signal(Role.OUDER))
    both = replace(facts, signals=(*facts.signals, signal(Role.JEUGDARTS)))
    assert first_talk(both) == ["contactnotitie_ontbreekt"]


def test_note_made(facts: Facts) -> None:
    [reason] = ask("note_made", facts, kind="terugkoppeling_ouders")
    assert (reason.code, reason.category) == ("notitie_ontbreekt", Category.LEREN)
    by = Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM
    assert not ask(
        "note_made", replace(facts, notes=(note("terugkoppeling_ouders", by, "ouder"),)), kind="terugkoppeling_ouders"
    )
    wrong = (note("terugkoppeling_ouders", Role.LEERKRACHT, "ouder"), note("terugkoppeling_ouders", by, "leerkracht"))
    assert ask("note_made", replace(facts, notes=wrong), kind="terugkoppeling_ouders") != []


def test_a_note_that_may_be_with_anybody(facts: Facts) -> None:
    assert not ask("note_made", replace(facts, notes=(note("gesprek", Role.LEERKRACHT),)), kind="gesprek")


def test_parents_informed(facts: Facts) -> None:
    kind = "ouders_geinformeerd"
    assert codes("parents_informed", facts, kind=kind) == ["notitie_ontbreekt"]
    told = (note(kind, Role.INTERN_BEGELEIDER, "ouder"),)
    assert not ask("parents_informed", replace(facts, notes=told), kind=kind)
    unsafe = replace(facts, signals=(*facts.signals, signal(Role.LEERKRACHT, safety=True)))
    assert not ask("parents_informed", unsafe, kind=kind)


@pytest.mark.parametrize(
    ("kind", "met"), [("leervraag", True), ("onbekend", True), ("leefvraag", False), ("beide", False)]
)
def test_no_leefvraag_signalled(facts: Facts, kind: str, *, met: bool) -> None:
    later = replace(facts, signals=(*facts.signals, signal(Role.LEERKRACHT, kind=kind)))
    reasons = ask("no_leefvraag_signalled", later)
    assert (not reasons) is met
    assert {reason.category for reason in reasons} <= {Category.LEVEN}


def test_signal_is_own(route: Route, facts: Facts) -> None:
    assert codes("signal_is_own", facts) == ["signaal_van_ander"]
    theirs = opened(route, signal(Role.JEUGDIGE))
    assert ask("signal_is_own", theirs) != []  # of the family, yet not of whoever asks
    own = replace(theirs, only_own_signals=True)
    assert not ask("signal_is_own", own)
    assert ask("signal_is_own", replace(own, signals=())) != []


# --- Assessments ------------------------------------------------------------------------------------------------------


def test_assessment_recorded_with_any_outcome(facts: Facts) -> None:
    [reason] = ask("assessment_recorded", facts, kind="veiligheidsinschatting")
    assert reason.code == "vastlegging_ontbreekt"
    assert reason.resolvers == (Role.CASEMANAGER_JEUGD,)
    assert reason.category is Category.VEILIGHEID
    assert reason.operation is not None
    assert reason.operation.fields == {"kind": "veiligheidsinschatting"}
    assert reason.operation.choices == {"outcome": ("veilig", "zorgen", "onveilig")}
    done = replace(facts, assessments=found("veiligheidsinschatting", "onveilig"))
    assert not ask("assessment_recorded", done, kind="veiligheidsinschatting")


def test_assessment_recorded_with_one_of_these_outcomes(facts: Facts) -> None:
    asked = {"kind": "aanmeldteam_besluit", "outcomes": ("jeugdhulp",)}
    [reason] = ask("assessment_recorded", facts, **asked)
    assert reason.operation is not None
    assert reason.operation.fields == {"kind": "aanmeldteam_besluit", "outcome": "jeugdhulp"}
    other = replace(facts, assessments=found("aanmeldteam_besluit", "geen_jeugdhulp", "Wmo."))
    assert codes("assessment_recorded", other, **asked) == ["uitkomst_anders"]
    assert not ask(
        "assessment_recorded", replace(facts, assessments=found("aanmeldteam_besluit", "jeugdhulp")), **asked
    )


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_an_outcome_that_needs_a_reason_says_nothing_without_it(facts: Facts, reason: str | None) -> None:
    recorded = replace(facts, assessments=found("registratie_ggd", "niet_van_toepassing", reason))
    assert codes("assessment_recorded", recorded, kind="registratie_ggd") == ["reden_ontbreekt"]
    explained = replace(facts, assessments=found("registratie_ggd", "niet_van_toepassing", "Woont elders."))
    assert not ask("assessment_recorded", explained, kind="registratie_ggd")


def test_any_assessment_recorded(facts: Facts) -> None:
    kinds = ("onderzoek_gedrag", "onderzoek_leerprestaties")
    assert codes("any_assessment_recorded", facts, kinds=kinds) == ["vastlegging_ontbreekt"]
    one = replace(facts, assessments=found("onderzoek_leerprestaties", "afgerond"))
    assert not ask("any_assessment_recorded", one, kinds=kinds)
    other = replace(facts, assessments=found("onderzoek_sociaal_emotioneel", "afgerond"))
    assert ask("any_assessment_recorded", other, kinds=kinds) != []


WHEN = {
    "kind": "standpunt_veiligheid",
    "when": "veiligheidsinschatting",
    "when_outcomes": ("onveilig",),
}


def test_assessment_recorded_when(facts: Facts) -> None:
    assert not ask("assessment_recorded_when", facts, **WHEN)
    safe = replace(facts, assessments=found("veiligheidsinschatting", "veilig"))
    assert not ask("assessment_recorded_when", safe, **WHEN)
    unsafe = replace(facts, assessments=found("veiligheidsinschatting", "onveilig"))
    assert codes("assessment_recorded_when", unsafe, **WHEN) == ["vastlegging_ontbreekt"]
    taken = {**unsafe.assessments, **found("standpunt_veiligheid", "ingenomen", "Oma neemt het kind op.")}
    assert not ask("assessment_recorded_when", replace(unsafe, assessments=taken), **WHEN)


def test_assessment_recorded_when_with_an_outcome(facts: Facts) -> None:
    asked = {
        "kind": "kernbeslissing",
        "outcomes": ("jeugdhulp_inzetten",),
        "when": "inzet",
        "when_outcomes": ("individuele_voorziening",),
    }
    chosen = found("inzet", "individuele_voorziening")
    no = replace(facts, assessments={**chosen, **found("kernbeslissing", "geen_jeugdhulp")})
    yes = replace(facts, assessments={**chosen, **found("kernbeslissing", "jeugdhulp_inzetten")})
    assert codes("assessment_recorded_when", no, **asked) == ["uitkomst_anders"]
    assert not ask("assessment_recorded_when", yes, **asked)


def test_assessment_is_not(facts: Facts) -> None:
    asked = {"kind": "jgz_uitkomst", "outcomes": ("verzoek_casusregie",)}
    assert not ask("assessment_is_not", facts, **asked)
    assert not ask("assessment_is_not", replace(facts, assessments=found("jgz_uitkomst", "advies")), **asked)
    [reason] = ask(
        "assessment_is_not", replace(facts, assessments=found("jgz_uitkomst", "verzoek_casusregie")), **asked
    )
    assert reason.code == "uitkomst_anders"
    assert reason.operation is not None
    assert "verzoek_casusregie" not in reason.operation.choices["outcome"]


# --- Leervraag and leefvraag --------------------------------------------------------------------------------------


def test_question_is_asks_a_classification_and_tells_what_helps(facts: Facts) -> None:
    [reason] = ask("question_is", facts, kind="leervraag", levels=("enkelvoudig", "complex"))
    assert reason.code == "leervraag_niet_ingedeeld"
    assert reason.operation is not None
    assert reason.operation.choices == {"outcome": ("enkelvoudig", "meervoudig", "multiproblematiek")}


@pytest.mark.parametrize(
    ("leefvraag", "level"),
    [("geen", "geen"), ("enkelvoudig", "enkelvoudig"), ("meervoudig", "complex"), ("multiproblematiek", "complex")],
)
def test_question_is_one_of_these_levels(facts: Facts, leefvraag: str, level: str) -> None:
    classified = replace(facts, leefvraag=leefvraag)
    for asked in ("geen", "enkelvoudig", "complex"):
        expected = [] if asked == level else ["leefvraag_anders"]
        assert codes("question_is", classified, kind="leefvraag", levels=(asked,)) == expected


def test_question_is_looks_at_the_question_that_the_kind_sets(facts: Facts) -> None:
    classified = replace(facts, leervraag="geen", leefvraag="enkelvoudig")
    assert not ask("question_is", classified, kind="geen_leervraag", levels=("geen",))
    assert codes("question_is", classified, kind="geen_leefvraag", levels=("geen",)) == ["leefvraag_anders"]


def test_once_its_owner_has_spoken_only_the_owner_can_change_the_question(facts: Facts) -> None:
    spoken = replace(facts, leervraag="enkelvoudig", assessments=found("leervraag", "enkelvoudig"))
    [reason] = ask("question_is", spoken, kind="geen_leervraag", levels=("geen",))
    assert reason.operation is not None
    assert reason.operation.fields == {"kind": "leervraag", "outcome": "geen"}
    assert Role.INTERN_BEGELEIDER in reason.resolvers
    assert Role.CASEMANAGER_JEUGD not in reason.resolvers


@pytest.mark.parametrize("code", ["toestemming_geweigerd", "toestemming_ingetrokken"])
def test_a_refusal_narrows_the_route_and_never_blocks_it(facts: Facts, code: str) -> None:
    asked = {"kind": "geen_leefvraag", "levels": ("geen",), "unless_refused": "sociaal_team"}
    assert not ask("question_is", replace(facts, consents={SOCIAAL_TEAM: refused(SOCIAAL_TEAM, code)}), **asked)


def test_question_is_falls_away_where_another_finding_answers_it(facts: Facts) -> None:
    asked = {
        "kind": "geen_leefvraag",
        "levels": ("geen",),
        "unless": "aanmeldteam_besluit",
        "unless_outcomes": ("geen_jeugdhulp",),
    }
    real = replace(facts, leefvraag="enkelvoudig")
    assert codes("question_is", real, **asked) == ["leefvraag_anders"]
    other = replace(real, assessments=found("aanmeldteam_besluit", "jeugdhulp"))
    assert codes("question_is", other, **asked) == ["leefvraag_anders"]
    assert not ask("question_is", replace(real, assessments=found("aanmeldteam_besluit", "geen_jeugdhulp")), **asked)


def test_a_family_that_let_the_last_day_go_by_does_not_block_the_others_for_ever(facts: Facts) -> None:
    asked = {"kind": "geen_leefvraag", "levels": ("geen",), "unless_refused": "sociaal_team"}
    silent = replace(refused(SOCIAAL_TEAM, "toestemming_verlopen"), lapsed=True)
    assert not ask("question_is", replace(facts, consents={SOCIAAL_TEAM: silent}), **asked)


@pytest.mark.parametrize("code", ["toestemming_ontbreekt", "toestemming_verlopen", "gezag_onbekend"])
def test_a_family_that_was_not_asked_did_not_refuse(facts: Facts, code: str) -> None:
    asked = {"kind": "geen_leefvraag", "levels": ("geen",), "unless_refused": "sociaal_team"}
    consents = {SOCIAAL_TEAM: refused(SOCIAAL_TEAM, code)}
    assert ask("question_is", replace(facts, consents=consents), **asked) != []
    assert ask("question_is", replace(facts, consents={JGZ: refused(JGZ)}), **asked) != []
    assert ask("question_is", replace(facts, consents={SOCIAAL_TEAM: given(SOCIAAL_TEAM)}), **asked) != []


@pytest.mark.parametrize(
    ("leefvraag", "problem_class", "met"),
    [
        ("meervoudig", "meervoudig", True),
        ("geen", "enkelvoudig", True),
        (None, "enkelvoudig", True),
        ("enkelvoudig", None, True),
        ("enkelvoudig", "meervoudig", False),
        ("multiproblematiek", "meervoudig", False),
    ],
)
def test_class_agrees(facts: Facts, leefvraag: str | None, problem_class: str | None, *, met: bool) -> None:
    classified = replace(facts, leefvraag=leefvraag, problem_class=problem_class)
    reasons = ask("class_agrees", classified, kind="leefvraag")
    assert [reason.code for reason in reasons] == ([] if met else ["probleemklasse_verschilt"])
    for reason in reasons:
        assert reason.operation is not None
        assert reason.operation.fields["outcome"] == problem_class


# --- Consent and who takes part ---------------------------------------------------------------------------------------


def test_consent_in_force(facts: Facts) -> None:
    [reason] = ask("consent_in_force", facts, recipient="jgz")
    assert reason.code == "toestemming_ontbreekt"
    assert reason.operation is not None
    assert reason.operation.fields == {"recipientKind": "jgz"}
    assert not ask("consent_in_force", replace(facts, consents={JGZ: given(JGZ)}), recipient="jgz")
    assert ask("consent_in_force", replace(facts, consents={SCHOOL: given(SCHOOL)}), recipient="jgz") != []


@pytest.mark.parametrize("code", list(Missing))
def test_every_way_in_which_consent_is_missing_is_said_as_such(facts: Facts, code: Missing) -> None:
    consent = ConsentFact(JGZ, in_force=False, missing=("ouder",), code=code)
    [reason] = ask("consent_in_force", replace(facts, consents={JGZ: consent}), recipient="jgz")
    assert reason.code == code
    assert reason.operation is not None
    expected = {
        Missing.GEZAG_UNKNOWN: "guardian.update",
        Missing.BIRTH_DATE_UNKNOWN: "young-person.update",
        Missing.NO_REPRESENTATIVE: "guardian.create",
        Missing.GEZAG_TEMPORARILY_NONE: "gezag.record",
        Missing.GEZAG_NOT_DETERMINABLE: "gezag.record",
        Missing.GEZAG_CONTRADICTORY: "gezag.record",
        Missing.GEZAG_OUT_OF_DATE: "gezag.record",
    }
    assert reason.operation.action == expected.get(code, "consent.create")


@pytest.mark.parametrize(
    ("age", "family"),
    [
        (11, {Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER}),
        (12, {Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER, Role.JEUGDIGE}),
        (15, {Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER, Role.JEUGDIGE}),
        (16, {Role.JEUGDIGE}),
    ],
)
def test_who_of_the_family_decides_follows_from_the_age(facts: Facts, age: int, family: set[Role]) -> None:
    [reason] = ask("consent_in_force", replace(facts, age=age), recipient="jgz")
    everybody = {Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER, Role.JEUGDIGE}
    assert set(reason.resolvers) & everybody == family


def test_whoever_must_still_answer_is_named_and_not_the_rest(facts: Facts) -> None:
    waiting = ConsentFact(JGZ, in_force=False, missing=("jeugdige",), code="toestemming_ontbreekt")
    [reason] = ask("consent_in_force", replace(facts, age=13, consents={JGZ: waiting}), recipient="jgz")
    assert Role.JEUGDIGE in reason.resolvers
    assert Role.OUDER not in reason.resolvers


def test_consent_only_if_enrolled(facts: Facts) -> None:
    unenrolled = replace(facts, school_known=False)
    assert not ask("consent_in_force", unenrolled, recipient="school", only_if_enrolled=True)
    assert ask("consent_in_force", unenrolled, recipient="school") != []
    assert ask("consent_in_force", facts, recipient="school", only_if_enrolled=True) != []


def test_consent_not_in_force(facts: Facts) -> None:
    assert not ask("consent_not_in_force", facts, recipient="jgz")
    assert not ask("consent_not_in_force", replace(facts, consents={JGZ: refused(JGZ)}), recipient="jgz")
    with_consent = replace(facts, consents={JGZ: given(JGZ)})
    assert codes("consent_not_in_force", with_consent, recipient="jgz") == ["toestemming_van_kracht"]
    assert not ask("consent_not_in_force", with_consent, recipient="school")


def test_involved_or_refused(facts: Facts) -> None:
    asked = {"organisation": "jgz", "by": ("intern_begeleider",)}
    assert codes("involved_or_refused", facts, **asked) == ["toestemming_ontbreekt"]
    [reason] = ask("involved_or_refused", replace(facts, consents={JGZ: given(JGZ)}), **asked)
    assert (reason.code, reason.resolvers) == ("niet_betrokken", (Role.INTERN_BEGELEIDER,))
    assert reason.operation is None
    assert not ask("involved_or_refused", replace(facts, consents={JGZ: refused(JGZ)}), **asked)
    joined = replace(facts, parties=(*facts.parties, party(Role.JEUGDVERPLEEGKUNDIGE)))
    assert not ask("involved_or_refused", joined, **asked)


def test_where_a_transition_of_this_step_calls_a_party_in_it_is_named(facts: Facts) -> None:
    waiting = replace(facts, step="mdo", consents={JGZ: given(JGZ)})
    [reason] = ask("involved_or_refused", waiting, organisation="jgz", by=("intern_begeleider",))
    assert reason.operation is not None
    assert reason.operation.action == "transition.perform"
    assert reason.operation.fields == {"transition": "jgz_raadplegen"}


def test_involved_only_if_enrolled(facts: Facts) -> None:
    asked = {"organisation": "school", "by": ("casemanager_jeugd",)}
    alone = replace(facts, school_known=False, parties=())
    assert not ask("involved_or_refused", alone, **asked, only_if_enrolled=True)
    assert ask("involved_or_refused", alone, **asked) != []
    assert ask("involved_or_refused", replace(alone, school_known=True), **asked, only_if_enrolled=True) != []


def test_organisation_not_involved(facts: Facts) -> None:
    [reason] = ask("organisation_not_involved", facts, organisation="school")
    assert reason.code == "al_betrokken"
    assert Role.LEERKRACHT in reason.resolvers
    assert not ask("organisation_not_involved", facts, organisation="jgz")
    joined = replace(facts, parties=(*facts.parties, party(Role.JEUGDARTS)))
    [reason] = ask("organisation_not_involved", joined, organisation="jgz")
    assert reason.resolvers == (Role.JEUGDARTS,)


def test_participant_named_by_role(facts: Facts) -> None:
    asked = {"roles": ("leerkracht",), "by": ("directie",)}
    assert not ask("participant_named", facts, **asked)
    [reason] = ask("participant_named", replace(facts, parties=(party(Role.DIRECTIE),)), **asked)
    assert (reason.code, reason.resolvers) == ("betrokkene_ontbreekt", (Role.DIRECTIE,))
    assert reason.operation is not None
    assert reason.operation.fields == {"role": "leerkracht", "functions": []}
    nameless = tuple(replace(each, named=False) for each in facts.parties)
    assert ask("participant_named", replace(facts, parties=nameless), **asked) != []


def test_participant_named_with_a_function(facts: Facts) -> None:
    asked = {"roles": ("leerkracht", "directie"), "function": "contactpersoon", "by": ("directie",)}
    [reason] = ask("participant_named", facts, **asked)
    assert reason.code == "contactpersoon_ontbreekt"
    assert reason.operation is not None
    assert reason.operation.choices == {"role": ("leerkracht", "directie")}
    assert reason.operation.fields == {"functions": ["contactpersoon"]}
    assert not ask("participant_named", replace(facts, parties=(party(Role.DIRECTIE, "contactpersoon"),)), **asked)
    other = replace(
        facts, parties=(party(Role.CASEMANAGER_JEUGD, "contactpersoon"), party(Role.DIRECTIE, "regiehouder"))
    )
    assert ask("participant_named", other, **asked) != []


def test_participant_named_only_if_enrolled(facts: Facts) -> None:
    asked = {"roles": ("directie",), "function": "contactpersoon", "by": ("directie",)}
    unenrolled = replace(facts, school_known=False)
    assert not ask("participant_named", unenrolled, **asked, only_if_enrolled=True)
    assert ask("participant_named", unenrolled, **asked) != []
    assert ask("participant_named", facts, **asked, only_if_enrolled=True) != []


# --- Meetings ---------------------------------------------------------------------------------------------------------

ALL_THREE = frozenset({"gemeente", "school", "jgz"})


def mdo(
    *, invited: frozenset[str], present: frozenset[str], absent: frozenset[str] = frozenset(), held: bool = True
) -> MeetingFact:
    return MeetingFact("mdo", held=held, invited=invited, present=present, absent_with_reason=absent)


def met(facts: Facts, *meetings: MeetingFact) -> list[str]:
    return codes("meeting_held", replace(facts, meetings=meetings), kind="mdo")


FULL = ALL_THREE | {"ouder"}


def test_an_mdo_with_all_three_and_the_parents_invited(facts: Facts) -> None:
    assert met(facts) == ["overleg_ontbreekt"]
    assert not met(facts, mdo(invited=FULL, present=FULL))


def test_parents_must_be_invited_and_need_not_come(facts: Facts) -> None:
    assert not met(facts, mdo(invited=FULL, present=ALL_THREE))
    assert met(facts, mdo(invited=ALL_THREE, present=ALL_THREE)) == ["uitnodiging_ontbreekt"]


@pytest.mark.parametrize("missing", sorted(ALL_THREE))
def test_each_of_the_three_is_present_or_absent_with_a_reason(facts: Facts, missing: str) -> None:
    here = FULL - {missing}
    assert met(facts, mdo(invited=FULL, present=here)) == ["afwezigheid_zonder_reden"]
    assert not met(facts, mdo(invited=FULL, present=here, absent=frozenset({missing})))


@pytest.mark.parametrize("missing", sorted(ALL_THREE))
def test_each_of_the_three_is_invited(facts: Facts, missing: str) -> None:
    assert met(facts, mdo(invited=FULL - {missing}, present=FULL)) == ["uitnodiging_ontbreekt"]


def test_a_planned_mdo_shows_who_must_be_invited_and_that_it_must_be_held(facts: Facts) -> None:
    planned = mdo(invited=frozenset({"school"}), present=frozenset(), held=False)
    reasons = ask("meeting_held", replace(facts, meetings=(planned,)), kind="mdo")
    assert [reason.operation.action for reason in reasons if reason.operation] == ["meeting.invite"] * 3 + [
        "meeting.report"
    ]
    assert [reason.operation.fields.get("party") for reason in reasons if reason.operation] == [
        "gemeente",
        "jgz",
        "ouder",
        None,
    ]


def test_what_was_held_is_not_corrected_but_held_again(facts: Facts) -> None:
    [reason] = ask("meeting_held", replace(facts, meetings=(mdo(invited=ALL_THREE, present=ALL_THREE),)), kind="mdo")
    assert reason.operation is not None
    assert reason.operation.action == "meeting.create"


def test_one_mdo_that_counts_suffices_whatever_came_later(facts: Facts) -> None:
    planned = mdo(invited=frozenset(), present=frozenset(), held=False)
    assert not met(facts, mdo(invited=FULL, present=FULL), planned)


def test_another_kind_of_meeting_is_no_mdo(facts: Facts) -> None:
    assert met(facts, replace(mdo(invited=FULL, present=FULL), kind="overleg")) == ["overleg_ontbreekt"]


@pytest.mark.parametrize(
    ("age", "invited", "lacks"),
    [
        (11, {"ouder"}, 0),
        (12, {"ouder"}, 1),
        (12, {"jeugdige"}, 1),
        (12, {"ouder", "jeugdige"}, 0),
        (16, {"jeugdige"}, 0),
        (16, {"ouder"}, 1),
    ],
)
def test_the_youth_is_invited_from_twelve_and_instead_of_the_parents_from_sixteen(
    facts: Facts, age: int, invited: set[str], lacks: int
) -> None:
    everyone = ALL_THREE | invited
    assert met(replace(facts, age=age), mdo(invited=everyone, present=ALL_THREE)) == ["uitnodiging_ontbreekt"] * lacks


def test_without_a_birth_date_nobody_knows_whom_to_invite(facts: Facts) -> None:
    assert met(replace(facts, age=None), mdo(invited=FULL, present=FULL)) == ["geboortedatum_onbekend"]


def test_a_meeting_without_the_family_asks_no_birth_date_and_no_invitation(facts: Facts) -> None:
    held = replace(mdo(invited=frozenset(), present=frozenset()), kind="overleg")
    assert not ask("meeting_held", replace(facts, age=None, meetings=(held,)), kind="overleg")


def test_a_party_that_cannot_take_part_is_passed_over(facts: Facts) -> None:
    without_school = FULL - {"school"}
    two = mdo(invited=without_school, present=without_school)
    assert met(facts, two) != []
    assert not met(replace(facts, school_known=False), two)
    without_jgz = FULL - {"jgz"}
    other_two = mdo(invited=without_jgz, present=without_jgz)
    assert met(replace(facts, consents={JGZ: given(JGZ)}), other_two) != []
    assert not met(replace(facts, consents={JGZ: refused(JGZ)}), other_two)


def test_a_party_that_takes_part_on_its_own_ground_is_not_passed_over_after_a_refusal(facts: Facts) -> None:
    without_jgz = FULL - {"jgz"}
    joined = (*facts.parties, party(Role.JEUGDVERPLEEGKUNDIGE))
    stayed = replace(facts, consents={JGZ: refused(JGZ)}, parties=joined)
    assert met(stayed, mdo(invited=without_jgz, present=without_jgz)) != []


# --- The plan ---------------------------------------------------------------------------------------------------------

PLAN = "plan_van_aanpak"


def a_plan(**changed: Any) -> PlanFact:
    whole: dict[str, Any] = {
        "perspective": True,
        "goal_domains": frozenset({"onderwijs", "zorg"}),
        "evaluation_date": SOME_DAY,
        "regie": "casemanager",
        "approved_by": ALL_THREE | {"ouder"},
    }
    return replace(draft(), **{**whole, **changed})


def planned(facts: Facts, **changed: Any) -> Facts:
    plan = a_plan(**changed)
    return replace(facts, plans={plan.kind: plan})


def complete(facts: Facts) -> list[str]:
    return codes("plan_complete", facts, kind=PLAN, domains=("onderwijs", "zorg"))


def test_a_plan_must_be_there_and_of_the_kind(facts: Facts) -> None:
    assert complete(facts) == ["plan_ontbreekt"]
    assert complete(planned(facts, kind="opp")) == ["plan_ontbreekt"]
    assert not complete(planned(facts))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"goal_domains": frozenset({"zorg"})}, "doel_ontbreekt"),
        ({"unmeasured_goals": 1}, "doel_niet_meetbaar"),
        ({"goals_without_action": 2}, "actie_ontbreekt"),
        ({"evaluation_date": None}, "evaluatiedatum_ontbreekt"),
        ({"perspective": False}, "toekomstperspectief_ontbreekt"),
        ({"regie": None}, "regie_ontbreekt"),
    ],
)
def test_each_part_of_a_plan_is_asked(facts: Facts, changed: dict[str, Any], code: str) -> None:
    assert complete(planned(facts, **changed)) == [code]


def test_all_that_a_plan_lacks_is_said_at_once(facts: Facts) -> None:
    bare = replace(facts, plans={PLAN: replace(draft(), unmeasured_goals=1, goals_without_action=1)})
    assert len(complete(bare)) == 7


def test_goals_are_asked_in_the_domains_of_the_step(facts: Facts) -> None:
    only_zorg = planned(facts, goal_domains=frozenset({"zorg"}))
    assert not ask("plan_complete", only_zorg, kind=PLAN, domains=("zorg",))
    [reason] = ask("plan_complete", only_zorg, kind=PLAN, domains=("onderwijs",))
    assert reason.operation is not None
    assert reason.operation.fields == {"domain": "onderwijs", "plan": PLAN}
    assert reason.resolvers[0] is Role.INTERN_BEGELEIDER


def test_the_side_that_may_hold_the_regie_is_a_choice(facts: Facts) -> None:
    [reason] = ask("plan_complete", planned(facts, regie=None), kind=PLAN, domains=())
    assert reason.operation is not None
    assert reason.operation.choices == {"regie": (Regie.ONDERWIJS, Regie.CASEMANAGER)}


def test_regiehouder_named(facts: Facts) -> None:
    holder = party(Role.CASEMANAGER_JEUGD, "regiehouder")
    assert codes("regiehouder_named", planned(facts), kind=PLAN) == ["regiehouder_ontbreekt"]
    assert not ask("regiehouder_named", replace(planned(facts), parties=(holder,)), kind=PLAN)
    nameless = replace(holder, named=False)
    assert ask("regiehouder_named", replace(planned(facts), parties=(nameless,)), kind=PLAN) != []
    without = party(Role.CASEMANAGER_JEUGD)
    assert ask("regiehouder_named", replace(planned(facts), parties=(without,)), kind=PLAN) != []


def test_the_regiehouder_comes_from_the_side_that_the_plan_names(facts: Facts) -> None:
    teacher = replace(facts, parties=(party(Role.LEERKRACHT, "regiehouder"),))
    assert not ask("regiehouder_named", planned(teacher, regie="onderwijs"), kind=PLAN)
    assert ask("regiehouder_named", planned(teacher, regie="casemanager"), kind=PLAN) != []
    assert ask("regiehouder_named", planned(teacher, regie=None), kind=PLAN) != []
    assert ask("regiehouder_named", teacher, kind=PLAN) != []


THREE = ("school", "gemeente", "jgz")


def agreed(facts: Facts) -> set[str]:
    reasons = ask("plan_agreed", facts, kind=PLAN, parties=THREE)
    return {
        str(reason.operation.fields.get("party", reason.code)) for reason in reasons if reason.operation is not None
    }


def test_the_three_and_the_parents_agree(facts: Facts) -> None:
    assert codes("plan_agreed", facts, kind=PLAN, parties=THREE) == ["plan_ontbreekt"]
    assert agreed(planned(facts)) == set()
    assert agreed(planned(facts, approved_by=frozenset())) == {"school", "gemeente", "jgz", "ouder"}


@pytest.mark.parametrize(
    ("age", "approved", "lacks"),
    [
        (11, {"ouder"}, set()),
        (12, {"ouder"}, {"jeugdige"}),
        (15, {"jeugdige"}, {"ouder"}),
        (16, {"jeugdige"}, set()),
        (16, {"ouder"}, {"jeugdige"}),
    ],
)
def test_who_of_the_family_agrees_follows_from_the_age(
    facts: Facts, age: int, approved: set[str], lacks: set[str]
) -> None:
    assert agreed(replace(planned(facts, approved_by=ALL_THREE | approved), age=age)) == lacks


def test_without_a_birth_date_no_plan_is_agreed(facts: Facts) -> None:
    assert agreed(replace(planned(facts), age=None)) == {"geboortedatum_onbekend"}


def test_a_party_that_cannot_take_part_need_not_agree(facts: Facts) -> None:
    two = planned(facts, approved_by=frozenset({"gemeente", "jgz", "ouder"}))
    assert agreed(two) == {"school"}
    assert agreed(replace(two, school_known=False)) == set()
    other_two = planned(facts, approved_by=frozenset({"gemeente", "school", "ouder"}))
    assert agreed(other_two) == {"jgz"}
    assert agreed(replace(other_two, consents={JGZ: refused(JGZ)})) == set()


def test_a_party_of_two_kinds_of_organisation_is_passed_over_only_when_both_were_refused(facts: Facts) -> None:
    """The municipality sits at the table for itself and for its sociaal team."""
    without = planned(facts, approved_by=frozenset({"school", "jgz", "ouder"}))
    one = {SOCIAAL_TEAM: refused(SOCIAAL_TEAM)}
    both = {**one, OrganisationKind.GEMEENTE: refused(OrganisationKind.GEMEENTE)}
    assert agreed(replace(without, consents=one)) == {"gemeente"}
    assert agreed(replace(without, consents=both)) == set()


def test_only_the_parties_of_the_step_are_asked(facts: Facts) -> None:
    municipality = planned(facts, approved_by=frozenset({"gemeente", "ouder"}))
    assert not ask("plan_agreed", municipality, kind=PLAN, parties=("gemeente",))


def test_plan_is_draft(facts: Facts) -> None:
    assert codes("plan_is_draft", facts, kind=PLAN) == ["plan_ontbreekt"]
    assert not ask("plan_is_draft", planned(facts), kind=PLAN)
    assert codes("plan_is_draft", planned(facts, in_force=True), kind=PLAN) == ["plan_al_van_kracht"]


BOTH_SIDES = frozenset({"school", "gemeente"})


def evaluated(facts: Facts, *outcomes: str) -> list[str]:
    return codes("plan_evaluated", facts, kind=PLAN, outcomes=outcomes, parties=("school", "gemeente"))


def test_plan_evaluated(facts: Facts) -> None:
    assert evaluated(facts, "afsluiten") == ["plan_ontbreekt"]
    assert evaluated(planned(facts), "afsluiten") == ["plan_niet_van_kracht"]
    assert evaluated(planned(facts, in_force=True), "afsluiten") == ["evaluatie_ontbreekt"]
    done = planned(facts, in_force=True, evaluation="bijstellen", evaluation_parties=BOTH_SIDES)
    assert evaluated(done, "afsluiten") == ["evaluatie_anders"]
    assert not evaluated(done, "bijstellen", "afschalen")


def test_both_contact_persons_take_part_in_an_evaluation(facts: Facts) -> None:
    one = planned(facts, in_force=True, evaluation="bijstellen", evaluation_parties=frozenset({"school"}))
    [reason] = ask("plan_evaluated", one, kind=PLAN, outcomes=("bijstellen",), parties=("school", "gemeente"))
    assert reason.code == "contactpersoon_niet_betrokken"
    assert "gemeente" in reason.nl
    assert not ask("plan_evaluated", one, kind=PLAN, outcomes=("bijstellen",), parties=("school",))


def test_whom_an_evaluation_needs_is_told(facts: Facts) -> None:
    running = planned(facts, in_force=True)
    asked = {"kind": PLAN, "outcomes": ("afsluiten",), "parties": ("school", "gemeente")}
    for now, parties in ((running, ["school", "gemeente"]), (replace(running, school_known=False), ["gemeente"])):
        [reason] = ask("plan_evaluated", now, **asked)
        assert reason.operation is not None
        assert reason.operation.fields == {"parties": parties, "plan": PLAN, "outcome": "afsluiten"}


@pytest.mark.parametrize(("age", "hears"), [(15, {"ouder"}), (16, {"ouder", "jeugdige"}), (None, {"ouder"})])
def test_with_whom_a_talk_is_held(route: Route, facts: Facts, age: int | None, hears: set[str]) -> None:
    kind = route.notes["oudergesprek"]
    assert must_hear(kind, replace(facts, age=age), route) - {"wettelijk_vertegenwoordiger"} == hears
    assert must_hear(route.notes["gesprek"], replace(facts, age=age), route) == set()


def test_where_there_is_no_school_its_contact_person_is_not_asked(facts: Facts) -> None:
    one = planned(facts, in_force=True, evaluation="bijstellen", evaluation_parties=frozenset({"gemeente"}))
    assert evaluated(one, "bijstellen") == ["contactpersoon_niet_betrokken"]
    assert not evaluated(replace(one, school_known=False), "bijstellen")


# --- Escalation -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("escalation", "met"),
    [
        (EscalationFact("impasse", "samenwerkingsverband", resolved=False), True),
        (EscalationFact("impasse", "samenwerkingsverband", resolved=True), False),
        (EscalationFact("impasse", "stagnatiepunt", resolved=False), False),
        (EscalationFact("onveiligheid", "samenwerkingsverband", resolved=False), False),
    ],
)
def test_escalation_open(facts: Facts, escalation: EscalationFact, *, met: bool) -> None:
    asked = {"kinds": ("stagnatie", "impasse"), "addressed_to": "samenwerkingsverband"}
    [reason] = ask("escalation_open", facts, **asked)
    assert reason.resolvers == (Role.REGIEVOERDER_ZORG,)
    assert reason.operation is not None
    assert reason.operation.fields == {"addressedTo": "samenwerkingsverband"}
    assert reason.operation.choices == {"kind": ("stagnatie", "impasse")}
    assert (not ask("escalation_open", replace(facts, escalations=(escalation,)), **asked)) is met


# --- All together -----------------------------------------------------------------------------------------------------


def test_every_guard_is_used_by_the_route_and_says_where_its_rule_comes_from(route: Route) -> None:
    used = {condition.name for transition in route.transitions.values() for condition in transition.conditions}
    assert used <= set(GUARDS)
    for name, guard in GUARDS.items():
        assert re.search(r"\b00[0-4]:\d", guard.check.__doc__ or ""), name


def test_the_regiehouder_is_named_after_the_plan_gave_the_regie_to_a_side(facts: Facts) -> None:
    assert codes("regiehouder_named", facts, kind=PLAN) == ["plan_ontbreekt"]


# --- What other regions ask -------------------------------------------------------------------------------------------


def test_the_sector_of_the_school_is_asked(facts: Facts) -> None:
    assert codes("sector_is", facts, sectors=("vo",)) == ["andere_sector"]
    assert not ask("sector_is", replace(facts, sector="vo"), sectors=("vo",))


def test_the_way_after_a_no_opens_with_the_no(facts: Facts) -> None:
    assert codes("consent_refused", facts, recipient="jgz") == ["niet_geweigerd"]
    assert codes("consent_refused", replace(facts, consents={JGZ: given(JGZ)}), recipient="jgz") == ["niet_geweigerd"]
    assert not ask("consent_refused", replace(facts, consents={JGZ: refused(JGZ)}), recipient="jgz")


def test_a_plan_in_force_is_asked(facts: Facts) -> None:
    assert codes("plan_in_force", facts, kind=PLAN) == ["plan_ontbreekt"]
    assert codes("plan_in_force", planned(facts), kind=PLAN) == ["plan_niet_van_kracht"]
    assert not ask("plan_in_force", planned(facts, in_force=True), kind=PLAN)


def test_what_was_raised_is_resolved_first(facts: Facts) -> None:
    asked: dict[str, Any] = {"kinds": ("stagnatie",), "addressed_to": "stagnatiepunt"}
    raised = replace(facts, escalations=(EscalationFact("stagnatie", "stagnatiepunt", resolved=False),))
    assert codes("no_escalation_open", raised, **asked) == ["escalatie_open"]
    assert not ask("no_escalation_open", raised, kinds=("impasse",), addressed_to="stagnatiepunt")
    assert not ask("no_escalation_open", facts, **asked)


def test_what_was_found_before_this_step_is_not_fresh(facts: Facts) -> None:
    before = {kind: replace(each, fresh=False) for kind, each in found("aard", "enkelvoudig").items()}
    assert not ask("assessment_recorded", replace(facts, assessments=before), kind="aard")
    assert codes("assessment_recorded", replace(facts, assessments=before), kind="aard", fresh=True) != []
    assert not ask("assessment_recorded", replace(facts, assessments=found("aard", "complex")), kind="aard", fresh=True)
    talked = replace(note("terugkoppeling_ouders", Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM, "ouder"), fresh=False)
    assert not ask("note_made", replace(facts, notes=(talked,)), kind="terugkoppeling_ouders")
    assert codes("note_made", replace(facts, notes=(talked,)), kind="terugkoppeling_ouders", fresh=True) != []


def with_all(facts: Facts, *whom: str, age: int = 9) -> list[str]:
    """A talk that the parents, the youth and whoever holds the regie must all be at, recorded by the teacher."""
    route = current("midden-groningen")
    kind = replace(route.notes["oudergesprek"], with_whom=frozenset(), with_all=("ouders", "jeugdige", "regie"))
    other = replace(route, notes={**route.notes, "oudergesprek": kind})
    talked = replace(facts, age=age, notes=(note("oudergesprek", Role.LEERKRACHT, *whom),))
    values = {"kind": "oudergesprek"}
    return [reason.code for reason in GUARDS["note_made"].check(talked, Params(values, other))]


@pytest.mark.parametrize(
    ("age", "whom", "enough"),
    [
        (9, ("ouder",), True),  # a child of nine need not be there; the teacher may hold the regie
        (9, (), False),
        (13, ("ouder",), False),
        (13, ("ouder", "jeugdige"), True),
        (17, ("jeugdige",), True),
        (17, ("ouder",), False),
    ],
)
def test_a_talk_with_all_misses_nobody_who_has_a_say(
    facts: Facts, age: int, whom: tuple[str, ...], *, enough: bool
) -> None:
    assert bool(with_all(facts, *whom, age=age)) is not enough


def test_a_talk_with_all_is_held_with_whoever_holds_the_regie(facts: Facts) -> None:
    held = replace(facts, regie="casemanager")
    assert with_all(held, "ouder") != []
    assert not with_all(held, "ouder", "casemanager_jeugd")


def invitees(facts: Facts, *rows: tuple[str, str, dict[str, Any]], **seen: Any) -> list[str]:
    """What a meeting with these invitees lacks, where nobody was invited but those in `seen`."""
    route = current("midden-groningen")
    listed = tuple(
        Invitee(party, Presence(presence), frozenset(more.get("sectors", ())), more.get("from_age"), "001:351")
        for party, presence, more in rows
    )
    kind = replace(route.meetings["mdo"], invitees=listed, checklist=seen.pop("checklist", None))
    item = ChecklistItem("doel", Text("Is het doel duidelijk?", "Is the goal clear?"), "ja_nee", "002:142")
    lists = {"vragen": Checklist("vragen", Text("Vragen", "Questions"), (item,), "002:138")}
    other = replace(route, meetings={**route.meetings, "mdo": kind}, checklists=lists)
    empty: frozenset[str] = frozenset()
    whole = {"held": True, "invited": empty, "present": empty, "absent_with_reason": empty, **seen}
    met = replace(facts, meetings=(MeetingFact("mdo", **whole),))
    return [reason.code for reason in GUARDS["meeting_held"].check(met, Params({"kind": "mdo"}, other))]


def test_how_much_a_meeting_depends_on_somebody(facts: Facts) -> None:
    here = frozenset({"school"})
    assert invitees(facts, ("school", "required", {})) == ["uitnodiging_ontbreekt", "afwezigheid_zonder_reden"]
    assert invitees(facts, ("school", "required", {}), invited=here) == ["afwezigheid_zonder_reden"]
    assert not invitees(facts, ("school", "required", {}), invited=here, present=here)
    assert not invitees(facts, ("school", "required", {}), invited=here, absent_with_reason=here)
    assert invitees(facts, ("school", "invited", {})) == ["uitnodiging_ontbreekt"]
    assert not invitees(facts, ("school", "invited", {}), invited=here)
    assert not invitees(facts, ("school", "where_possible", {}), ("school", "on_call", {}))


def test_who_is_invited_depends_on_the_sector(facts: Facts) -> None:
    only_po = ("ouder", "invited", {"sectors": ("po",)})
    assert invitees(replace(facts, sector="po"), only_po) == ["uitnodiging_ontbreekt"]
    assert not invitees(replace(facts, sector="vo"), only_po)
    assert invitees(replace(facts, sector=None), only_po) == ["uitnodiging_ontbreekt"]


def test_the_age_from_which_the_youth_is_invited_is_a_setting(facts: Facts) -> None:
    from_ten = ("jeugdige", "invited", {"from_age": 10})
    assert not invitees(replace(facts, age=9), from_ten)
    assert invitees(replace(facts, age=10), from_ten) == ["uitnodiging_ontbreekt"]
    assert not invitees(replace(facts, age=11), ("jeugdige", "invited", {}))


def test_a_meeting_counts_once_its_questions_are_answered(facts: Facts) -> None:
    assert invitees(facts, checklist="vragen") == ["vraag_niet_beantwoord"]
    assert not invitees(facts, checklist="vragen", answered=frozenset({"doel"}))
