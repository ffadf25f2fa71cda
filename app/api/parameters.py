"""The path parameters of the contract, by their own names."""

from typing import Annotated

from fastapi import Path, Query

from app.services import mila
from app.services.bodies import ROUTE_KEY, Id

CaseId = Annotated[Id, Path(alias="caseId", description="De zaak.", examples=[mila.CASE])]
ParticipantId = Annotated[Id, Path(alias="participantId", description="De betrokkenheid.", examples=[mila.INVOLVEMENT])]
ConsentId = Annotated[Id, Path(alias="consentId", description="De toestemmingsvraag.", examples=[mila.CONSENT])]
MeetingId = Annotated[Id, Path(alias="meetingId", description="Het overleg.", examples=[mila.MEETING])]
PlanId = Annotated[Id, Path(alias="planId", description="Het plan.", examples=[mila.PLAN])]
EscalationId = Annotated[
    Id, Path(alias="escalationId", description="De melding dat iets vastzit.", examples=[mila.ESCALATION])
]
YoungPersonId = Annotated[Id, Path(alias="youngPersonId", description="De jeugdige.", examples=[mila.MILA])]
GuardianId = Annotated[
    Id, Path(alias="guardianId", description="De band tussen ouder of voogd en jeugdige.", examples=[mila.MOTHERHOOD])
]
IdentityNumberId = Annotated[
    Id, Path(alias="identityNumberId", description="Het BSN of PGN.", examples=[mila.NUMBERED])
]
OrganisationId = Annotated[Id, Path(alias="organisationId", description="De organisatie.", examples=[mila.SCHOOL])]
OrganisationMeetingId = Annotated[
    Id, Path(alias="organisationMeetingId", description="Het overleg over beleid.", examples=[mila.OOGO])
]
MeldcodeTrackId = Annotated[
    Id, Path(alias="meldcodeTrackId", description="Het spoor van de Meldcode.", examples=[mila.TRACK])
]
WorkerId = Annotated[Id, Path(alias="workerId", description="De medewerker.", examples=[mila.SUPPORT])]
ClosureId = Annotated[Id, Path(alias="closureId", description="De studiedag of sluiting.", examples=[mila.CLOSURE])]
BindingId = Annotated[Id, Path(alias="bindingId", description="De koppeling van een login.", examples=[mila.BINDING])]
StatementId = Annotated[Id, Path(alias="statementId", description="De verklaring.", examples=[mila.STATEMENT])]
EmergencyAccessId = Annotated[
    Id, Path(alias="emergencyAccessId", description="De noodtoegang.", examples=[mila.EMERGENCY])
]
RetentionProposalId = Annotated[
    Id, Path(alias="retentionProposalId", description="Het voorstel tot vernietiging.", examples=[mila.PROPOSAL])
]
LegalHoldId = Annotated[Id, Path(alias="legalHoldId", description="De bewaarplicht.", examples=[mila.HOLD])]
DestructionCertificateId = Annotated[
    Id, Path(alias="destructionCertificateId", description="Het certificaat.", examples=[mila.CERTIFICATE])
]
DataRequestId = Annotated[Id, Path(alias="dataRequestId", description="Het verzoek.", examples=[mila.DATA_REQUEST])]
RouteVersion = Annotated[int | None, Query(ge=1, le=100_000, description="De versie; leeg: de huidige.")]
RouteKey = Annotated[str, Path(alias="key", description="De route.", pattern=ROUTE_KEY, examples=[mila.ROUTE])]
SealNumber = Annotated[
    int, Path(alias="number", ge=1, le=9_000_000_000, description="Het hoeveelste zegel.", examples=[1])
]
