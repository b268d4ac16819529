"""docker-compose.yml, Dockerfile and proxy stay what the code expects: a container is started as `qip up` starts its part."""

import importlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.shared.settings import Settings
from services.supervisor.parts import APPLICATIONS, LISTENING, port_of, serving
from services.worker.settings import WorkerSettings
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]
CONTAINER_OF = {"plan": "plan_api", "kpi": "kpi_api", "reporting": "reporting_api", "web": "web"}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - inside a container
FROM_THE_ENVIRONMENT = re.compile(r"\$\{(\w+):\?[^}]+}")


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def the_words_of(container: dict[str, Any]) -> set[str]:
    return {*container.get("entrypoint", []), *container.get("command", [])}


def test_there_is_a_container_for_every_part_and_what_they_need(compose: Any) -> None:
    assert set(compose["services"]) == {*CONTAINER_OF.values(), "postgres", "migrate", "worker", "proxy"}


@pytest.mark.parametrize("part", LISTENING)
def test_a_container_serves_as_the_supervisor_does(compose: Any, part: str) -> None:
    container = compose["services"][CONTAINER_OF[part]]
    port = port_of(part, Settings(_env_file=None))
    assert the_words_of(container) == {"python", *serving(APPLICATIONS[part], EVERYWHERE, port)[1:]}
    assert f":{port}/readyz" in " ".join(container["healthcheck"]["test"])


@pytest.mark.parametrize("application", APPLICATIONS.values())
def test_the_applications_exist(application: str) -> None:
    module, factory = application.split(":")
    assert callable(getattr(importlib.import_module(module), factory))


def test_settings_given_to_containers_are_settings_of_the_code(compose: Any) -> None:
    known = {
        f"QIP_{name.upper()}"
        for kind in (Settings, WorkerSettings, WebSettings)
        for name in kind.model_fields
    }
    for name, container in compose["services"].items():
        if container["image"] == "qip":
            assert set(container.get("environment", {})) <= known, name


def test_each_service_has_its_own_database_login_and_no_other(compose: Any) -> None:
    for part, container in {**CONTAINER_OF, "worker": "worker"}.items():
        given = {
            name for name in compose["services"][container]["environment"] if name.endswith("DATABASE_URL")
        }
        assert given == (set() if part == "web" else {f"QIP_{part.upper()}_DATABASE_URL"})


def test_no_secret_is_written_down(compose: Any) -> None:
    for container in compose["services"].values():
        for name, value in container.get("environment", {}).items():
            secret = any(word in name for word in ("PASSWORD", "KEY", "DATABASE_URL"))
            assert not secret or FROM_THE_ENVIRONMENT.search(value) or value == f"${{{name}:-}}", name


def test_everything_asked_of_the_environment_is_in_the_example(compose: Any) -> None:
    asked = set(FROM_THE_ENVIRONMENT.findall(yaml.safe_dump(compose, width=10_000)))
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    assert asked == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))


def test_services_wait_for_what_they_need_and_all_have_a_health_check(compose: Any) -> None:
    services = compose["services"]
    assert all("healthcheck" in container for name, container in services.items() if name != "migrate")
    for container in services.values():
        for needed, when in container.get("depends_on", {}).items():
            done = "service_completed_successfully" if needed == "migrate" else "service_healthy"
            assert when == {"condition": done}
    for part in ("plan_api", "kpi_api", "reporting_api", "worker"):
        assert "migrate" in services[part]["depends_on"]


def test_only_the_proxy_is_reached_from_outside_and_the_web_layer_believes_it_alone(compose: Any) -> None:
    services = compose["services"]
    assert [name for name, container in services.items() if "ports" in container] == ["proxy"]
    proxy = services["proxy"]["networks"]["edge"]["ipv4_address"]
    assert services["web"]["environment"]["QIP_TRUSTED_PROXIES"] == proxy
    upstreams = re.findall(
        r"reverse_proxy (\w+):(\d+)", (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    )
    ports = {
        container: str(port_of(part, Settings(_env_file=None))) for part, container in CONTAINER_OF.items()
    }
    assert all(ports[container] == port for container, port in upstreams)


def test_what_the_image_copies_is_there() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = [
        name
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
        for name in line.split()
    ]
    assert copied
    assert all((ROOT / name).exists() for name in copied)


def test_docker_itself_finds_the_file_valid() -> None:
    if (
        shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("docker compose is not installed here")
    names = re.findall(
        r"^(\w+)=$", (ROOT / "deploy" / "env.example").read_text(encoding="utf-8"), re.MULTILINE
    )
    subprocess.run(
        ["docker", "compose", "config", "--quiet"], cwd=ROOT, env=dict.fromkeys(names, "x"), check=True
    )
