"""What was asked wrongly, in our words: one sentence for an unknown command, option, word or date, the same for all commands."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from typer.exceptions import TyperException

from services.domain.wording import listed

Answer = Callable[[str, re.Match[str]], str]


def sentence_for(error: TyperException) -> str:
    """What the library says of a command, an option or an argument, said as everything else here is."""
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    command = f"`{context.command_path}`" if context else "This command"
    message = error.format_message().replace("Value error, ", "")
    if message.startswith("Usage:") and context:
        return (
            f"{command} needs a command: {_one_of(_commands(context))}. {_help(command)} says what each does."
        )
    if message.startswith("Missing ") and parameter is not None:
        words = _one_of(re.findall(r"^\t(.*?),?$", message, re.MULTILINE))
        which = f", one of {words}" if words else ""
        return f"{command} needs {_called(parameter)}{which}. {_help(command)} says what it takes."
    for pattern, answer in _ANSWERS:
        if found := pattern.search(message):
            return answer(command, found)
    return message


def _help(command: str) -> str:
    return f"{command[:-1]} --help`" if command.startswith("`") else "--help"


def _commands(context: Any) -> Sequence[str]:
    return [name for name in context.command.commands if not context.command.commands[name].hidden]


def _called(parameter: Any) -> str:
    return f"the option {parameter.opts[0]}" if parameter.param_type_name == "option" else f"{parameter.name}"


def _one_of(words: Sequence[str]) -> str:
    return listed(words, "or")


def _wrong_word(_: str, found: re.Match[str]) -> str:
    words = re.findall("'([^']*)'", found[3])
    return f"{found[1]}: {found[2]} is none of {_one_of(words)}."


def _wrong_date(_: str, found: re.Match[str]) -> str:
    return f"{found[1]}: {found[2]} is not a real date. Write it like 2019-04-30."


def _wrong_number(_: str, found: re.Match[str]) -> str:
    return f"{found[1]}: {found[2]} is not a {'whole ' if found[3] == 'integer' else ''}number."


def _wrong_value(_: str, found: re.Match[str]) -> str:
    return f"{found[1]}: {found[2]}"


def _no_command(command: str, found: re.Match[str]) -> str:
    meant = f", but {found[2]}" if found[2] else ""
    return f"{command} has no command {found[1]}{meant}. {_help(command)} lists what it has."


def _no_option(command: str, found: re.Match[str]) -> str:
    return f"{command} has no option {found[1]}. {_help(command)} lists what it has."


def _no_value(_: str, found: re.Match[str]) -> str:
    return f"{found[1]} needs a value after it."


def _too_much(command: str, found: re.Match[str]) -> str:
    return f"{command} takes nothing more: leave out {found[1]}, or put what has spaces between quotes."


_VALUE: Final = r"^Invalid value for '([^']+?)': "
_ANSWERS: Final[Sequence[tuple[re.Pattern[str], Answer]]] = (
    (re.compile(_VALUE + r".*?('.*') does not match the format", re.DOTALL), _wrong_date),
    (re.compile(_VALUE + r"('.*?') is not one of (.*)\.$", re.DOTALL), _wrong_word),
    (re.compile(_VALUE + r"('.*?') is not a valid (integer|float)"), _wrong_number),
    (re.compile(_VALUE + r"(.*)$", re.DOTALL), _wrong_value),
    (re.compile(r"^No such command ('.*?')\.(?: Did you mean ('.*?')\?)?"), _no_command),
    (re.compile(r"^No such option: (\S+)"), _no_option),
    (re.compile(r"^Option '(.+?)' requires an argument"), _no_value),
    (re.compile(r"^Got unexpected extra argument\S* \((.*)\)", re.DOTALL), _too_much),
)
