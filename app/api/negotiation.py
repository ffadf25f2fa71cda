"""Which of the forms that we have suits what the caller accepts (RFC 9110, 12.5.1)."""

from collections.abc import Sequence


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The media type that `Accept` likes best, of those offered; the earlier of two that are liked as much.

    None when it takes none of them. Without a header everything is taken. What says no readable range is passed over.
    """
    ranges = _ranges(accept)
    if not accept.strip():
        return next(iter(offered), None)
    liked = {media: _quality(media, ranges) for media in offered}
    best = max(offered, key=lambda media: liked[media], default=None)
    return best if best is not None and liked[best] > 0 else None


def _ranges(accept: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in accept.lower().split(","):
        media, *parameters = (each.strip() for each in part.split(";"))
        weight = next((each.removeprefix("q=") for each in parameters if each.startswith("q=")), "1")
        try:
            quality = float(weight)
        except ValueError:
            continue
        if media.count("/") == 1 and 0 <= quality <= 1:
            found[media] = quality
    return found


def _quality(media: str, ranges: dict[str, float]) -> float:
    """What is said of this very type goes before what is said of its kind, and that before what is said of all."""
    kind, _, _ = media.partition("/")
    return next((ranges[each] for each in (media, f"{kind}/*", "*/*") if each in ranges), 0)
