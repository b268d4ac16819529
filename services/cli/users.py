"""`qip user`: accounts, for the first administrator and for when nobody can sign in."""

import sys
from typing import Annotated

import typer
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.cli.system import OPERATOR, awaited, open_database
from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.wording import listed
from services.domain.words import Role
from services.shared.auth import Caller
from services.shared.clock import real_now
from services.shared.models import Isg, Person, RoleGrant, SignInSession

app = typer.Typer(help="Accounts of people.", no_args_is_help=True, rich_markup_mode=None)

Email = Annotated[str, typer.Argument(help="Work email address.")]
PasswordFromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]


@app.command("add")
@awaited
async def add(
    email: Email,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[list[Role], typer.Option(help="What they may do; repeat for several.")],
    isg: Annotated[
        str | None, typer.Option(help="The ISG that their roles are for; none: the whole trust.")
    ] = None,
    job_title: Annotated[str | None, typer.Option(help="Their job title.")] = None,
    password_stdin: PasswordFromStdin = False,
) -> None:
    """Add a person who can sign in with a password."""
    password_hash = _hash_of_new_password(password_stdin)
    address, now = _address(email), real_now()
    async with open_database() as database, database.transaction(OPERATOR) as db:
        if await db.scalar(select(Person.id).where(Person.email == address)):
            raise Conflict(f"There is an account {address} already.")
        isg_id = await _isg_called(db, isg)
        person = Person(
            email=address,
            name=name,
            job_title=job_title,
            isg_id=isg_id,
            password_hash=password_hash,
            recorded_at=now,
        )
        db.add(person)
        await db.flush()
        db.add_all(
            RoleGrant(person_id=person.id, role=each, isg_id=isg_id, recorded_at=now) for each in set(role)
        )
    typer.echo(f"{address} can sign in.")


@app.command("list")
@awaited
async def list_people() -> None:
    """List everybody: email, name, roles, and whether they have left."""
    async with open_database() as database, database.transaction() as db:
        people = list(await db.scalars(select(Person).order_by(Person.email)))
        roles: dict[int, list[str]] = {}
        for grant in await db.scalars(
            select(RoleGrant).where(RoleGrant.ended_at.is_(None)).order_by(RoleGrant.id)
        ):
            roles.setdefault(grant.person_id, []).append(Role(grant.role).label)
    for person in people:
        state = "deactivated" if person.deactivated_at else "; ".join(roles.get(person.id, ["no role"]))
        typer.echo(f"{person.email}\t{person.name}\t{state}")


@app.command("deactivate")
@awaited
async def deactivate(
    email: Email,
    hand_over_to: Annotated[
        str | None, typer.Option(help="Work email address of who takes over all that the person holds.")
    ] = None,
) -> None:
    """Stop a person from signing in, hand over all that they hold, and end roles and sessions; what they did stays."""
    from services.plan_api.admin.leaving import leave
    from services.plan_api.admin.queries import held_by
    from services.plan_api.admin.schemas import LeavingWish

    async with open_database() as database, database.transaction(OPERATOR) as db:
        person = await _person(db, email)
        held = await held_by(db, person.id)
        if held and hand_over_to is None:
            names = listed([each.title if each.kind == "post" else each.ref for each in held[:5]])
            more = " and more" if len(held) > 5 else ""
            raise RuleBroken.at(
                "hand_over_to",
                f"{person.name} still holds {names}{more}: say who takes over, with --hand-over-to EMAIL.",
            )
        left = await leave(
            db, Caller("operator"), person.email, LeavingWish(successor=hand_over_to if held else None)
        )
    ended = f"{left.roles_ended} {'role' if left.roles_ended == 1 else 'roles'}"
    handed = (
        f" {left.handed_over} {'thing is' if left.handed_over == 1 else 'things are'} handed over to {hand_over_to}."
        if left.handed_over
        else ""
    )
    typer.echo(f"{person.email} can no longer sign in; {ended} ended.{handed}")


@app.command("password")
@awaited
async def password(email: Email, password_stdin: PasswordFromStdin = False) -> None:
    """Give a person a new password, and end their sessions."""
    password_hash = _hash_of_new_password(password_stdin)
    async with open_database() as database, database.transaction(OPERATOR) as db:
        person = await _person(db, email)
        person.password_hash = password_hash
        await _end_sessions(db, person)
    typer.echo(f"{person.email} has a new password.")


def _address(email: str) -> str:
    address = email.strip().lower()
    if "@" not in address:
        raise RuleBroken.at("email", f"{email} is not an email address.")
    return address


def _hash_of_new_password(from_stdin: bool) -> str:
    from services.plan_api.sign_in.service import hash_password

    if from_stdin:
        return hash_password(sys.stdin.readline().rstrip("\n"))
    return hash_password(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))


async def _person(db: AsyncSession, email: str) -> Person:
    person = await db.scalar(select(Person).where(Person.email == _address(email)))
    if person is None:
        raise NotFound(f"There is no account {_address(email)}.")
    return person


async def _isg_called(db: AsyncSession, name: str | None) -> int | None:
    if name is None:
        return None
    isg_id: int | None = await db.scalar(select(Isg.id).where(Isg.name == name))
    if isg_id is None:
        raise NotFound(f"There is no ISG called {name}.")
    return isg_id


async def _end_sessions(db: AsyncSession, person: Person) -> None:
    sessions = update(SignInSession).where(
        SignInSession.person_id == person.id, SignInSession.ended_at.is_(None)
    )
    await db.execute(sessions.values(ended_at=real_now()))
