"""What the family itself adds to the dossier (Jeugdwet 7.3.8): also when the case is closed, and never changed."""

from uuid import UUID

from app.db.tables import Statement
from app.services.bodies import StatementBody
from app.services.cases import check_private
from app.services.content import authored
from app.services.work import Work


async def add(work: Work, case_id: UUID, body: StatementBody) -> UUID:
    """A statement of a parent or the youth, for whoever may read its subject; or not for others of the family.

    Raises NotVisible, NotPermitted: not the caller's case, or it is no longer his or hers to speak for the child.
    """
    await work.case(case_id)
    work.may_write(body.category)
    await check_private(work, body.private_of, case_id=case_id)
    statement = Statement(
        **authored(work, case_id),
        kind="verklaring",
        category=body.category,
        private_of=body.private_of,
        content=body.content,
    )
    await work.session.insert(statement)
    work.about.object_type, work.about.object_id = "statement", statement.id
    work.fact("statement.added", case_id=case_id, object_id=statement.id)
    return statement.id
