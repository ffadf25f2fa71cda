"""The texts that are shown when consent is asked: versioned, in each language, so that what was shown can be proven.

A version that was shown stays as it is; another wording is a new version beside it. What is told about this very case
(`told`) comes on top of it.
"""

from dataclasses import dataclass, field

SHARING = "delen"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One text in one version: what it says in each language; `to_youth` to the youth, who is asked about himself.

    Which of the two was shown follows from the capacity that is kept with each answer.
    """

    key: str
    version: int
    says: dict[str, str]
    to_youth: dict[str, str] = field(default_factory=dict)


# What parents read has not changed between the two.
_OF_SHARING = {
    "nl": (
        "Mogen wij informatie over uw kind delen? Hieronder staat met wie, waarover, waarvoor en tot wanneer."
        " U mag nee zeggen; dat heeft geen gevolgen voor het onderwijs van uw kind. U kunt uw antwoord altijd"
        " veranderen: intrekken of beperken is net zo makkelijk als ja zeggen en werkt meteen. Wat al is"
        " gezien, blijft gezien. U kunt altijd nakijken wie wat heeft gezien."
    ),
    "en": (
        "May we share information about your child? Below you read with whom, about what, why and until when."
        " You may say no; that does not change anything about your child's education. You can always change"
        " your answer: withdrawing or narrowing is as easy as saying yes and works at once. What was seen"
        " already, stays seen. You can always look up who saw what."
    ),
}

TEXTS: tuple[ConsentText, ...] = (
    ConsentText(
        key=SHARING,
        version=1,
        says=_OF_SHARING,
    ),
    ConsentText(
        key=SHARING,
        version=2,
        says=_OF_SHARING,
        to_youth={
            "nl": (
                "Mogen wij informatie over jou delen? Hieronder staat met wie, waarover, waarvoor en tot"
                " wanneer. Je mag nee zeggen; op school verandert er dan niets. Je kunt je antwoord altijd"
                " veranderen: stoppen of minder delen is net zo makkelijk als ja zeggen en werkt meteen. Wat"
                " iemand al heeft gezien, blijft gezien. Je kunt altijd nakijken wie wat over jou heeft gezien."
            ),
            "en": (
                "May we share information about you? Below you read with whom, about what, why and until when."
                " You may say no; nothing changes at school then. You can always change your answer: stopping or"
                " sharing less is as easy as saying yes and works at once. What somebody saw already, stays seen."
                " You can always look up who saw what about you."
            ),
        },
    ),
)


def newest(key: str) -> ConsentText:
    """The version that is shown now."""
    return max((text for text in TEXTS if text.key == key), key=lambda text: text.version)


LANGUAGES: tuple[str, ...] = tuple(sorted({language for text in TEXTS for language in text.says}))
