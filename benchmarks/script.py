"""From what the service sent, a script that sends the same: what is constant, asked for, fresh or answered before.

Several recordings of one operation are laid beside each other. What differs between them is somebody or something of
the sample (its case, its person), an id drawn for this request, or a value that an earlier statement answered.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.operations import Sample
from benchmarks.wire import Sent

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Shorter values would be found by accident inside others.
_TELLING = 8

Value = tuple[tuple[str, str], ...] | None
"""A parameter: pieces of ('text', …), ('sample', key), ('fresh', number) or ('answer', 'statement:column'); or NULL."""


@dataclass(frozen=True)
class Step:
    """One statement with its parameters."""

    text: str
    values: tuple[Value, ...]
    types: tuple[int, ...]


@dataclass(frozen=True)
class Script:
    """The statements of one operation; `usual` says which share of the recordings had exactly these."""

    steps: tuple[Step, ...]
    usual: float

    @property
    def fresh(self) -> int:
        """How many ids it draws."""
        numbers = [
            int(what) for step in self.steps for value in step.values for kind, what in value or () if kind == "fresh"
        ]
        return max(numbers, default=-1) + 1

    @property
    def answered(self) -> frozenset[str]:
        """The answers it uses further on."""
        return frozenset(
            what for step in self.steps for value in step.values for kind, what in value or () if kind == "answer"
        )


class _Known:
    """What the recordings name so far: for each of them its values with where they come from, and its answers."""

    def __init__(self, asked: Sequence[Sample]) -> None:
        self.names = [{value: ("sample", key) for key, value in known_of(sample).items()} for sample in asked]
        self.answers: list[dict[str, str]] = [{} for _ in asked]
        # Answers of what was just changed: a counter that went on is the same in all recordings, and no constant.
        self.returned: list[str] = []
        self._fresh = 0

    def name_the_fresh(self, texts: Sequence[str]) -> None:
        """An id that nobody has named yet, and that differs, was drawn for the request."""
        unnamed = [
            [each for each in _ID.findall(text) if each not in names]
            for text, names in zip(texts, self.names, strict=True)
        ]
        if len({len(found) for found in unnamed}) > 1 or len({tuple(found) for found in unnamed}) == 1:
            return
        for ids in zip(*unnamed, strict=True):
            if ids[0] not in self.names[0]:
                for names, each in zip(self.names, ids, strict=True):
                    names[each] = ("fresh", str(self._fresh))
                self._fresh += 1

    def hear(self, at: int, statements: Sequence[Sent]) -> None:
        """Keep what a statement answered, when that was one row."""
        if re.search(r"\breturning\b", statements[0].text, re.IGNORECASE) and statements[0].rows:
            self.returned += [f"{at}:{name}" for name in statements[0].rows[0]]
        for names, told, statement in zip(self.names, self.answers, statements, strict=True):
            for name, answer in (statement.rows[0] if len(statement.rows) == 1 else {}).items():
                if answer is not None:
                    told[f"{at}:{name}"] = answer
                    if _ID.fullmatch(answer):
                        names.setdefault(answer, ("answer", f"{at}:{name}"))


def script_of(recordings: Sequence[tuple[Sample, Sequence[Sent]]]) -> Script:
    """The statements that most recordings have, with what differs between them named."""
    shapes = Counter(tuple(sent.text for sent in statements) for _, statements in recordings)
    shape, count = shapes.most_common(1)[0]
    alike = [(sample, sent) for sample, sent in recordings if tuple(each.text for each in sent) == shape]
    known = _Known([sample for sample, _ in alike])
    steps = []
    for at, text in enumerate(shape):
        statements = [sent[at] for _, sent in alike]
        values: list[Value] = []
        for column in zip(*(statement.parameters for statement in statements), strict=True):
            if column[0] is None:
                values.append(None)
                continue
            texts = [each or "" for each in column]
            known.name_the_fresh(texts)
            values.append(_value(texts, known))
        steps.append(Step(text, tuple(values), tuple(statements[0].types)))
        known.hear(at, statements)
    return Script(tuple(steps), count / len(recordings))


def _value(texts: list[str], known: _Known) -> Value:
    alike = [
        name
        for name in known.answers[0]
        if all(told.get(name) == text for told, text in zip(known.answers, texts, strict=True))
    ]
    if returned := [name for name in alike if name in known.returned]:
        return (("answer", returned[0]),)
    if len(set(texts)) == 1:
        return (("text", texts[0]),)
    cut = [_pieces(text, names) for text, names in zip(texts, known.names, strict=True)]
    if len(set(cut)) == 1:
        return cut[0]
    if alike:
        return (("answer", alike[0]),)
    # Digests and the like: of no consequence to the work, so that of the first will do.
    return (("text", texts[0]),)


def _pieces(text: str, names: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    telling = sorted((name for name in names if len(name) >= _TELLING), key=len, reverse=True)
    if not telling:
        return (("text", text),)
    parts = re.split("(" + "|".join(map(re.escape, telling)) + ")", text)
    return tuple(names.get(part, ("text", part)) for part in parts if part)


def known_of(sample: Sample) -> dict[str, str]:
    """What a sample names, and the login that belongs to its person."""
    return {**{key: value for key, value in sample.items() if key != "role"}, "subject": f"demo-{sample['person']}"}
