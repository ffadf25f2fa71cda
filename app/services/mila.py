"""The one invented family of every example in the contract: Mila of `docs/walk-midden-groningen.md`, and who helps her.

What is sent and what is answered tell the same story, so both take their examples from here.
"""


def _id(number: int) -> str:
    return f"0199a5c0-7d1e-7000-8000-{number:012d}"


MILA, MOTHER, MOTHERHOOD, CASE = _id(1), _id(2), _id(3), _id(4)
SCHOOL, BOARD, SWV, YOUTH_HEALTH, STAGNATION_POINT = _id(11), _id(12), _id(13), _id(14), _id(15)
TEACHER, SUPPORT, NURSE, WATCHER = _id(21), _id(22), _id(23), _id(24)
SIGNAL, NOTE, ASSESSMENT, STEP_TAKEN, INVOLVEMENT, CONSENT, ANSWER = (_id(number) for number in range(31, 38))
MEETING, INVITATION, DECISION, PLAN, GOAL, ACTION, APPROVAL, EVALUATION = (_id(number) for number in range(41, 49))
ESCALATION, FINDING, BINDING, CODE, EVENT = (_id(number) for number in range(51, 56))
PAUSE, EXTENSION, CLOSURE = (_id(number) for number in range(64, 67))
NUMBERED = _id(71)

STATEMENT, DATA_REQUEST = _id(71), _id(72)
FATHER, FOUND, EXCEPTION = (_id(number) for number in range(67, 70))
PROPOSAL, HOLD, CERTIFICATE = (_id(number) for number in range(171, 174))
HELD_BECAUSE, LIFTED_BECAUSE = "Er loopt een klacht over deze zaak.", "De klacht is afgehandeld."
STAYS_BECAUSE = "De inspectie vraagt nog stukken op."

FIRST_NAME, LAST_NAME, BORN = "Mila", "Verzonnen", "2018-03-14"
NUMBER = "999990007"  # of the range that is given to nobody
MOTHERS_NAME, TEACHERS_NAME, NURSES_NAME = "Oudina Verzonnen", "Juf Fenna Voorbeeld", "Jet Verpleeg-Voorbeeld"
SCHOOLS_NAME, YOUTH_HEALTHS_NAME = "Basisschool De Verzonnen Vlieger", "Jeugdgezondheidszorg Verzonnendorp"
MUNICIPALITY, ROUTE = "GM1952", "midden-groningen"

SIGNAL_TEXT = "Leest met moeite en is de laatste weken stil."
TALKED_AT, TALKED_ABOUT = "2026-09-14T15:30:00+02:00", "Wat goed gaat, wat lastig is en wat de ouders zelf zien."
AGREED = "Over twee weken spreken we elkaar weer."
RESEARCH = "In de klas gekeken en Mila zelf gesproken: lezen kost veel, en daarna houdt zij zich stil."
PURPOSE = "De jeugdverpleegkundige vragen om mee te kijken"
TOLD = "Wat de school deelt, met wie en waarvoor, en dat nee zeggen mag."
MOTIVATION = "De ouders vroegen de jeugdverpleegkundige om mee te kijken."
MEETS_AT, MEETS_WHERE, MET_AT = "2026-10-06T14:00:00+02:00", "Op school, lokaal 3", "2026-10-06T14:05:00+02:00"
DECIDED = "De intern begeleider oefent zes weken met Mila."
PERSPECTIVE = "Mila leest met plezier mee met haar groep en vertelt weer wat haar bezighoudt."
GOAL_TEXT, SEEN_BY = "Mila leest een bladzijde hardop.", "Twee keer achter elkaar, zonder hulp."
ACTION_TEXT, TARGET, DUE, EVALUATED_ON = "Elke dag tien minuten samen lezen.", "2026-12-18", "2026-10-20", "2026-12-18"
REMARK, EVALUATION_TEXT, NEXT = "Graag ook thuis oefenen.", "Het lezen gaat beter; het oefenen gaat door.", "2027-02-12"
STUCK, SEEN = "Al drie weken is er geen afspraak te maken.", "Twee organisaties wachten op elkaar."
SOLVED = "De afspraak staat, en ieder weet wie hem bewaakt."
OOGO = _id(61)
OOGO_DECISION, MUNICIPALITY_ITSELF = _id(62), _id(63)
MUNICIPALITYS_NAME = "Gemeente Verzonnendorp"
OOGO_AT, OOGO_WHERE, OOGO_HELD = "2026-11-10T10:00:00+01:00", "Gemeentehuis, raadzaal", "2026-11-10T09:05:00Z"
OOGO_DECIDED = "De wijkteams sluiten elke maand aan bij de zorgteams van de scholen."
AWAY, MORE_TIME = "Het gezin is twee weken weg; de afspraak ligt vast.", "De wachtlijst is langer dan gedacht."
EMERGENCY = _id(68)
EMERGENCY_REASON = "Mila is vandaag niet aangekomen en niemand weet waar zij is."
EMERGENCY_REVIEW = "Terecht: er was geen andere weg, en er is alleen gekeken naar wat nodig was."
INVITATION_CODE = "voorbeeld-code-0000000000"
LOGIN = "demo-leerkracht"
ASKED_RIGHT, ANSWERED = (
    "Er staat dat Mila geen bril heeft. Zij heeft er sinds de zomer een.",
    "Dit klopt; het is verbeterd.",
)
RECTIFIED = "Mila draagt sinds de zomer een bril."
OWN_WORDS = "Thuis leest Mila graag voor aan haar broertje. Dat wil ik dat iedereen weet."
TRACK, TRACK_EVENT = _id(167), _id(168)
BLUE, BLUE_ON = "Kwam twee maandagen achter elkaar met een blauwe arm op school.", "2026-09-14"
ADVICE = "Praat met de ouders, en kijk of het kind zelf wil vertellen."
TALKED = "De ouders vertelden over een val van de trap."
RISK, NATURE, GRAVITY = "Kan zich herhalen.", "Mogelijk slaan.", "Blauwe plekken, geen letsel dat blijft."
CONSIDERED = "Twee signalen, en een uitleg die daarbij niet past."
DECIDED_WHY, VEILIG_THUIS_SAID = "De afwegingen leiden hiertoe.", "Veilig Thuis doet onderzoek en belt over twee weken."
ANSWER_DUE = "2026-09-21"
