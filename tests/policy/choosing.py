"""What an operator settles of the choices of law, for the sentences, which know nothing of the application."""

from app.domain.calendar import months_later
from app.domain.choices import settled

__all__ = ["months_later", "settled"]
