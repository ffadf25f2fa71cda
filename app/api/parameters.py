"""The path parameters of the contract, by their own names."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

CaseId = Annotated[UUID, Path(alias="caseId", description="De zaak.")]
ParticipantId = Annotated[UUID, Path(alias="participantId", description="De betrokkenheid.")]
ConsentId = Annotated[UUID, Path(alias="consentId", description="De toestemmingsvraag.")]
MeetingId = Annotated[UUID, Path(alias="meetingId", description="Het overleg.")]
PlanId = Annotated[UUID, Path(alias="planId", description="Het plan.")]
EscalationId = Annotated[UUID, Path(alias="escalationId", description="De melding dat iets vastzit.")]
YoungPersonId = Annotated[UUID, Path(alias="youngPersonId", description="De jeugdige.")]
GuardianId = Annotated[UUID, Path(alias="guardianId", description="De band tussen ouder of voogd en jeugdige.")]
OrganisationId = Annotated[UUID, Path(alias="organisationId", description="De organisatie.")]
BindingId = Annotated[UUID, Path(alias="bindingId", description="De koppeling van een login.")]
RouteKey = Annotated[str, Path(alias="key", description="De route.", pattern=r"^[a-z0-9-]{1,64}$")]
