"""Any list as a file, as shown: the same filters in the address, the same rows, the same order."""

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from web.clients.base import ServiceError
from web.exports.lists import LISTS
from web.exports.tables import MEDIA_TYPES, Table
from web.rendering import see_other
from web.session import NotForVisitor, Plan, SignedIn, feature_router

router = feature_router("exports")


@router.get("/exports/{name}.{kind}")
async def export(request: Request, visitor: SignedIn, plan: Plan, name: str, kind: str) -> Response:
    """The list that its page shows under these filters, all pages of it; who took it is kept in the audit trail."""
    wanted = LISTS.get(name)
    if wanted is None or kind not in MEDIA_TYPES:
        raise HTTPException(404)
    if not visitor.may(wanted.action):
        raise NotForVisitor("You can download the lists that you can open.")
    try:
        items = await wanted.items(request, plan, visitor)
    except ServiceError as error:
        if error.status != 422:
            raise
        # What can't be asked for is said where the list stands.
        return see_other(request, f"/{name}?{request.url.query}")
    table = Table.of(wanted.name, wanted.columns, items)
    await plan.list_exported(name, kind, request.url.query, len(table.rows))
    file_name = f"{name}-{visitor.today.isoformat()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "no-store"}
    return Response(table.written_as(kind), media_type=MEDIA_TYPES[kind], headers=headers)
