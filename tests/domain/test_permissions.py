"""Every role against every action, on what is theirs and on what is not. Source: domain.md, People."""

import pytest

from services.domain.errors import NotAllowed
from services.domain.permissions import (
    DENIALS,
    Action,
    Person,
    Reach,
    Subject,
    allowed,
    allowed_somewhere,
    reach,
    require,
    require_anywhere,
)
from services.domain.words import Role

COLUMNS = {
    "own": Role.ROOT_CAUSE_OWNER,
    "mem": Role.ISG_MEMBER,
    "cha": Role.ISG_CHAIR,
    "exe": Role.ACCOUNTABLE_EXECUTIVE,
    "eci": Role.ECIB_MEMBER,
    "pmo": Role.PMO,
    "boa": Role.BOARD_MEMBER,
    "rea": Role.READER,
    "adm": Role.ADMINISTRATOR,
}

# any: everything; isg: of the own ISG; own: owned or deputised; self: owned only; -: nothing
MATRIX = """
                    own   mem   cha   exe   eci   pmo   boa   rea   adm
view_plan           any   any   any   any   any   any   any   -     -
view_figures        any   any   any   any   any   any   any   any   -
view_escalations    own   any   any   any   any   any   any   -     -
view_packs          -     any   any   any   any   any   any   -     -
view_audit          -     -     isg   isg   -     any   -     -     -
submit_update       own   -     -     -     -     -     -     -     -
release_update      -     -     -     -     -     any   -     -     -
complete_action     own   -     -     -     -     any   -     -     -
withdraw_action     -     -     isg   -     -     any   -     -     -
close               -     isg   isg   isg   -     any   -     -     -
reopen              -     -     isg   isg   -     any   -     -     -
escalate            -     -     isg   isg   -     any   -     -     -
put_on_agenda       -     -     -     -     -     any   -     -     -
decide_escalation   -     -     -     -     any   any   -     -     -
approve_plan        -     -     -     -     -     any   -     -     -
import_plan         -     -     -     -     -     any   -     -     -
export_plan         -     -     -     -     -     any   -     -     -
assemble_pack       -     -     -     -     -     any   -     -     -
view_published_packs any  any   any   any   any   any   any   any   -
comment_on_pack     -     -     any   any   any   any   -     -     -
edit_pack           -     -     -     any   -     any   -     -     -
approve_pack        -     -     -     any   -     any   -     -     -
publish_pack        -     -     -     -     -     any   -     -     -
define_pack         -     -     -     -     -     any   -     -     -
assign_owner        -     -     isg   -     -     any   -     -     -
name_deputies       self  -     isg   -     -     any   -     -     -
set_theme           -     -     -     -     -     any   -     -     -
assure              -     -     -     -     -     any   -     -     -
write_cycle_report  -     -     isg   -     -     any   -     -     -
confirm_cycle_report -    -     -     isg   -     -     -     -     -
hold_meeting        -     -     isg   -     -     any   -     -     -
send_chaser         -     -     isg   -     -     any   -     -     -
keep_risk           -     -     isg   isg   -     any   -     -     -
review_risk         -     -     -     -     any   any   -     -     -
view_measures       any   any   any   any   any   any   any   -     -
define_measure      -     -     isg   -     -     any   -     -     -
sign_off_measures   -     -     isg   isg   -     any   -     -     -
give_values         own   own   isg   own   -     any   -     -     -
decide_on_chart     -     -     isg   isg   -     any   -     -     -
review_impact       -     isg   isg   isg   -     any   -     -     -
confirm_embedded    -     isg   isg   isg   -     any   -     -     -
view_data_quality   -     -     -     -     -     any   -     -     -
ask_redaction       -     -     -     -     -     any   -     -     -
approve_redaction   -     -     -     any   -     any   -     -     -
manage_people       -     -     -     -     -     -     -     -     any
manage_clients      -     -     -     -     -     any   -     -     any
approve_client      -     -     -     -     -     any   -     -     -
"""

SUBJECTS = {
    "my own root cause": Subject("Workforce", "me@trust.example"),
    "one that I deputise for": Subject("Workforce", "boss@trust.example"),
    "one of my ISG": Subject("Unscheduled Care", "else@trust.example"),
    "one of another ISG": Subject("Workforce", "else@trust.example"),
    "nothing in particular": Subject(),
}
REACHED = {
    "any": set(SUBJECTS),
    "isg": {"one of my ISG"},
    "own": {"my own root cause", "one that I deputise for"},
    "self": {"my own root cause"},
    "-": set(),
}


def cells() -> list[tuple[Action, Role, str]]:
    heading, *lines = MATRIX.strip("\n").splitlines()
    roles = [COLUMNS[column] for column in heading.split()]
    rows = [line.split() for line in lines]
    return [
        (Action(action), role, scope)
        for action, *scopes in rows
        for role, scope in zip(roles, scopes, strict=True)
    ]


def person_with(role: Role) -> Person:
    return Person(
        "me@trust.example",
        frozenset({(role, "Unscheduled Care")}),
        deputises_for=frozenset({"boss@trust.example"}),
    )


def test_the_matrix_has_every_action_and_every_role() -> None:
    assert {action for action, _, _ in cells()} == set(Action)
    assert {role for _, role, _ in cells()} == set(Role)


@pytest.mark.parametrize(("action", "role", "scope"), cells())
def test_a_role_may_do_what_the_matrix_says_and_nothing_else(action: Action, role: Role, scope: str) -> None:
    person = person_with(role)
    may = {name for name, subject in SUBJECTS.items() if allowed(action, person, subject)}
    assert may == REACHED[scope]
    assert allowed_somewhere(action, person) is (scope != "-")


def test_without_a_subject_only_those_who_may_do_it_on_anything_are_let_through() -> None:
    assert allowed(Action.CLOSE, person_with(Role.PMO))
    assert not allowed(Action.CLOSE, person_with(Role.ISG_CHAIR))


def test_several_roles_add_up() -> None:
    person = Person(
        "me@trust.example",
        frozenset(
            {(Role.ISG_CHAIR, "Workforce"), (Role.ISG_CHAIR, "Well-led"), (Role.ROOT_CAUSE_OWNER, None)}
        ),
    )
    assert reach(Action.NAME_DEPUTIES, person) == Reach(
        everything=False,
        isgs=frozenset({"Workforce", "Well-led"}),
        owner_emails=frozenset({"me@trust.example"}),
    )


def test_a_chair_of_no_isg_reaches_nothing() -> None:
    chair = Person("me@trust.example", frozenset({(Role.ISG_CHAIR, None)}))
    assert not allowed(Action.CLOSE, chair, Subject(isg=None))


def test_a_deputy_who_is_no_root_cause_owner_reports_for_nobody() -> None:
    deputy = Person("me@trust.example", frozenset({(Role.READER, None)}), frozenset({"boss@trust.example"}))
    assert not allowed(Action.SUBMIT_UPDATE, deputy, SUBJECTS["one that I deputise for"])


@pytest.mark.parametrize("action", Action)
def test_each_denial_is_a_sentence_of_its_own(action: Action) -> None:
    nobody = Person("nobody@trust.example")
    for refuse in (require, require_anywhere):
        with pytest.raises(NotAllowed) as denial:
            refuse(action, nobody)
        assert str(denial.value) == DENIALS[action]
    assert DENIALS[action].endswith(".")


def test_what_is_allowed_passes_in_silence() -> None:
    require(Action.CLOSE, person_with(Role.ISG_CHAIR), SUBJECTS["one of my ISG"])
    require_anywhere(Action.CLOSE, person_with(Role.ISG_CHAIR))
