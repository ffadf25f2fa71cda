"""What each table and field of a route file means, in words: `app.route_document` holds them against what is read."""

from collections.abc import Mapping

from app.workflow.model import Effect, Ground
from app.workflow.promises import FORMS

# What each table is; "" is the file itself.
TABLES: Mapping[str, str] = {
    "": "The head of the file: which route, which version, where a case begins.",
    "sources": "What the codes in `source` stand for. Every rule names where it was agreed.",
    "groups": "Names for roles that often go together; usable wherever a list of roles is asked, in a later group too.",
    "aside": "What goes beside the route, the same in every step: what to do in a crisis.",
    "step": "A place where a case can stand.",
    "problem_class": "How heavy a question can be, and as which level the regie table counts it. `geen` is always one.",
    "assessment": "Something that professionals find or decide, with the outcomes that it may have.",
    "assessment.outcomes": "One of the outcomes.",
    "party": "A side at the table of a meeting, or that agrees with a plan.",
    "note": "A talk that is recorded.",
    "checklist": "Questions that must be answered before a meeting of some kind is closed.",
    "checklist.items": "One of the questions.",
    "meeting": "A meeting about one child: who convenes it, who is at the table, what it is for.",
    "meeting.invitees": "Somebody at the table, and how much the meeting depends on it.",
    "plan": "A kind of plan: who writes it and what must stand in it.",
    "escalation": "What may be raised when things are stuck, by whom, with whom.",
    "escalation.involve": "Who is called in by that alone.",
    "consent": "From which age the young person is asked. A route may ask more than the law, never less.",
    "regie": "Who holds the procesregie.",
    "regie.table": 'One row for each pair of levels of leervraag and leefvraag; with `rule = "table"`.',
    "regie.before_table": "An outcome by which one side holds the regie, whatever the table says.",
    "regie.holders": "For each side that the route knows: the roles that may hold the regie by name.",
    "functions": "This region's words for the functions that somebody can have in a case.",
    "level": "A level on which education and care connect, with its sleutelfiguren.",
    "level.key_figures": "A sleutelfiguur.",
    "transition": "A step that somebody can take when every condition is met.",
    "transition.involve": "Who becomes a participant by it.",
    "term": "How long something may take. Every step that is no end has at least one.",
    "role": "A role as this region knows it. Every role in any list of the file has one.",
    "role.tasks": "What the source says that this role does; everything it may do stands under one of its tasks.",
    "claim": "A promise of the source, apart from how the transitions keep it. The proof holds it over every path.",
    "claim.on": "When the claim is asked: exactly one of `enter`, `leave`, `transition`, `involve` and `effect`.",
    "claim.exactly_one": "Wherever `when` holds in the step, exactly one of the transitions has its conditions met.",
    "claim.always": "What holds in every state of these steps.",
}

_EVERYWHERE: Mapping[str, str] = {
    "key": "The name by which the rest of the file, and the API, know it: small letters and underscores.",
    "title": "What people call it.",
    "source": "Where this was agreed.",
    "roles": "Who does this.",
    "organisation": "The kind of organisation.",
}

_OWN: Mapping[tuple[str, str], str] = {
    ("", "key"): "The key of the route. The file is named `<key>.<version>.toml`.",
    ("", "version"): "The number of the version. A case stays on the version on which it began.",
    ("", "status"): "Only a version that is in force takes new cases, and then the file never changes any more.",
    ("", "start"): "The step in which a case begins.",
    ("aside", "says"): "What people read with every step.",
    ("step", "purpose"): "What the step is for, in plain words: whoever asks for the next steps reads it.",
    ("step", "end"): "The case is closed here.",
    ("problem_class", "key"): "Which class.",
    ("problem_class", "level"): "As what the regie table counts it; `geen` for the class geen alone.",
    ("assessment", "category"): "What it tells about: who may see it.",
    ("assessment", "outcomes"): "At least one, each code once.",
    ("assessment", "needs_reason"): "Outcomes that are recorded with a reason, and with no other.",
    ("assessment", "sets"): "Which classification of the case the outcome becomes; its outcomes are problem classes.",
    ("assessment", "yields_to"): "Not to be recorded any more once this other kind was: its owner has spoken.",
    ("assessment", "registry"): "It records a registration in a signalling registry: the parents are told first.",
    ("assessment.outcomes", "code"): "By which it is recorded.",
    ("party", "organisations"): "From which organisations it comes; left out for the family.",
    ("party", "roles"): "Who speaks for it.",
    ("note", "category"): "What it tells about: who may see it.",
    ("note", "with_whom"): "One of these must have been there; left out: anybody.",
    ("note", "with_all"): "Each of these must have been there, as far as they have a say at this age.",
    ("checklist.items", "question"): "What is asked.",
    ("checklist.items", "answer"): "Yes or no, or a text.",
    ("meeting", "roles"): "Who convenes it.",
    ("meeting", "checklist"): "The checklist that is answered before its report closes it.",
    ("meeting", "goals"): "What it is for.",
    ("meeting", "invitees"): "Who is at the table; left out: whoever is invited.",
    ("meeting.invitees", "party"): "Which party, each once, or once for each sector.",
    ("meeting.invitees", "presence"): (
        "`required`: invited, and present or absent with a reason. `invited`: must be invited, may stay away."
        " `where_possible`: never stands in the way. `on_call`: may be invited when needed."
    ),
    ("meeting.invitees", "sectors"): "Only for pupils in these sectors.",
    ("meeting.invitees", "from_age"): "Only from this age.",
    ("plan", "roles"): "Who writes and evaluates it.",
    ("plan", "contents"): "What the condition `plan_complete` asks; left out: all of it.",
    ("escalation", "kinds"): "What can be raised, in words of the route's own.",
    ("escalation", "addressed_to"): "With whom, in a word of the route's own.",
    ("escalation", "rung"): "Its place on the ladder, 1 the lowest; left out: 1.",
    ("escalation", "conditions"): "What must hold before it may be raised.",
    ("escalation", "involve"): "Who is called in by it; left out: a transition does that.",
    ("escalation.involve", "ground"): "On what they take part.",
    ("escalation.involve", "only_if_involved"): "Only where such an organisation takes part already.",
    ("consent", "youth_from"): "From this age the young person is asked with the parents; 12 at most.",
    ("consent", "youth_alone_from"): "From this age the young person alone; from 16 to 18.",
    (
        "consent",
        "parents_16_17",
    ): "What happens with the parents of who is 16 or 17. Left out: neither asked nor informed.",
    ("regie", "rule"): (
        "`table`: by leervraag and leefvraag. `always`: one side. `chosen`: the side of whoever is named regiehouder."
    ),
    ("regie", "holder"): "With `always`: that side.",
    ("regie", "table"): "With `table`: nine rows.",
    ("regie", "before_table"): "What goes before the table.",
    ("regie", "holders"): "Which sides there are, and who of them holds the regie.",
    ("regie.table", "leervraag"): "At this level.",
    ("regie.table", "leefvraag"): "With this level.",
    ("regie.table", "holder"): "This side holds the regie; left out: nobody.",
    ("regie.before_table", "assessment"): "A kind of assessment,",
    ("regie.before_table", "outcomes"): "with one of these outcomes:",
    ("regie.before_table", "holder"): "this side.",
    ("level", "key"): "Which level.",
    ("level", "sees_the_child"): "Left out: this level is about policy, and nobody of it ever enters a case.",
    ("level", "key_figures"): "At least one.",
    ("level.key_figures", "role"): "Which role it is.",
    ("level.key_figures", "word"): "What this region calls it.",
    ("transition", "from"): "From which steps.",
    ("transition", "to"): "To which step; left out: the case stays where it stands.",
    ("transition", "roles"): "Who may take it; the policy must allow it as well.",
    ("transition", "functions"): "Beside the role one of these functions in this case; left out: none.",
    ("transition", "conditions"): "What must hold: see [conditions](#conditions).",
    ("transition", "involve"): "Whom it brings in.",
    ("transition", "release"): "Which organisations it lets go: from then on they see the case no more.",
    ("transition", "effects"): "What it changes beside the step: see [effects](#effects).",
    ("transition", "requires_explanation"): "Whoever takes it writes why.",
    ("transition", "events"): "Facts for the outside, beside `case.transitioned`.",
    ("transition.involve", "ground"): "On what they take part: see [grounds](#grounds).",
    ("transition.involve", "only_if_involved"): "Only where such an organisation takes part already.",
    ("term", "step"): "The wait that it bounds; left out: a term of the case as a whole, with `until`.",
    ("term", "anchor"): (
        "From which moment: `case`, `signal`, or `step:`, `transition:`, `assessment:`, `note:`, `meeting:` with a key."
    ),
    ("term", "until"): "What meets it, in the same words; left out: leaving the step.",
    ("term", "amount"): "How many.",
    ("term", "unit"): "Of what. School days leave out weekends, holidays and the closures of the school.",
    ("term", "hard"): "It cannot be extended.",
    ("term", "basis"): "By law, or by what the region agreed.",
    ("term", "remind_before"): "So many days ahead the actors concerned are reminded; left out: on the day alone.",
    ("term", "way_on"): "Transitions from the step by which a term that has passed can be answered: at least one.",
    ("role", "role"): "Which role of the policy.",
    ("role", "word"): "What this region calls it.",
    ("role", "turn"): "In which steps it is «aan zet».",
    ("role", "tasks"): "What it does.",
    ("role.tasks", "says"): "The task, in the words of the source.",
    ("role.tasks", "does"): (
        "What the route lets it do for that: `transition:`, `assessment:`, `note:`, `meeting:` or `plan:` with a key,"
        " or `escalation:` with the addressee."
    ),
    ("claim", "says"): "The promise.",
    ("claim", "on"): "When it is asked.",
    ("claim", "except"): "Transitions to which it does not apply.",
    ("claim", "requires"): "What must hold then: see [conditions](#conditions).",
    ("claim", "exactly_one"): "Or: alternatives that are whole and do not overlap.",
    ("claim", "always"): "Or: what holds in every state of some steps.",
    ("claim", "keeps"): "Or, also beside `on`: sentences that the other tables say. "
    + "; ".join(f"`{f}`" for f in FORMS),
    ("claim.on", "enter"): "When a transition comes to one of these steps from another.",
    ("claim.on", "leave"): "When a transition leaves one of these steps for another.",
    ("claim.on", "transition"): "When one of these is taken.",
    ("claim.on", "involve"): "When somebody of such an organisation becomes a participant.",
    ("claim.on", "roles"): "With `involve`: only these.",
    ("claim.on", "effect"): "When a transition has this effect.",
    ("claim.exactly_one", "step"): "In this step,",
    ("claim.exactly_one", "transitions"): "of these transitions,",
    ("claim.exactly_one", "when"): "wherever these conditions hold.",
    ("claim.always", "steps"): "In these steps.",
    ("claim.always", "holds"): (
        "`regie_set`: some side holds the regie. `one_regiehouder`: somebody by name. `requires`: the conditions of the"
        " claim."
    ),
}

EFFECTS: Mapping[Effect, str] = {
    Effect.REGIE_BY_TABLE: "The regie goes to the side that `[regie]` answers: by the table, or always one side.",
    Effect.REGIE_BY_PLAN: "The regie goes to the side written in the plan, which may differ with a reason.",
    Effect.REGIE_BY_REGIEHOUDER: "The regie goes to the side of the worker who is named regiehouder.",
    Effect.REGIE_ONDERWIJS: "The school goes on alone, whatever else was classified.",
    Effect.REGIE_ENDS: "Nobody holds the regie any more.",
    Effect.PUT_PLAN_IN_FORCE: "The newest version of the plan comes in force.",
    Effect.REVISE_PLAN: "A new version of the plan begins, without agreement and without evaluation.",
    Effect.CLOSE_CASE: "The case is closed.",
    Effect.REOPEN_CASE: "The case is open again; assessments, classifications and regie begin anew.",
}

GROUNDS: Mapping[Ground, str] = {
    Ground.TOESTEMMING: "Consent of the family: it begins with a consent in force, and ends with it at once.",
    Ground.ONDERWIJSTAAK: "The task of the child's own school, and of whom it calls in for that.",
    Ground.WETTELIJKE_TAAK_LEERPLICHT: "The statutory task of leerplicht.",
    Ground.SWV_TAAK: "The task of the samenwerkingsverband.",
    Ground.PROCESBEWAKING: "Watching over the process, without ever seeing the content.",
    Ground.JEUGDWET_TOEGANG: "The municipality's own task, after a report that was made with consent.",
}


def meaning(table: str, name: str) -> str:
    """What a field of a table means.

    Raises:
        KeyError: nobody wrote down yet what it means.
    """
    inner = f"{table}.{name}" if table else name
    return _OWN.get((table, name)) or TABLES.get(inner) or _EVERYWHERE[name]
