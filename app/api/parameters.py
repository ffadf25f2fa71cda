"""The path parameters of the contract, by their own names."""

from typing import Annotated

from fastapi import Path

from app.services.bodies import Id

CaseId = Annotated[Id, Path(alias="caseId", description="De zaak.")]
ParticipantId = Annotated[Id, Path(alias="participantId", description="De betrokkenheid.")]
ConsentId = Annotated[Id, Path(alias="consentId", description="De toestemmingsvraag.")]
MeetingId = Annotated[Id, Path(alias="meetingId", description="Het overleg.")]
PlanId = Annotated[Id, Path(alias="planId", description="Het plan.")]
EscalationId = Annotated[Id, Path(alias="escalationId", description="De melding dat iets vastzit.")]
YoungPersonId = Annotated[Id, Path(alias="youngPersonId", description="De jeugdige.")]
GuardianId = Annotated[Id, Path(alias="guardianId", description="De band tussen ouder of voogd en jeugdige.")]
OrganisationId = Annotated[Id, Path(alias="organisationId", description="De organisatie.")]
BindingId = Annotated[Id, Path(alias="bindingId", description="De koppeling van een login.")]
RouteKey = Annotated[str, Path(alias="key", description="De route.", pattern=r"^[a-z0-9-]{1,64}$")]
