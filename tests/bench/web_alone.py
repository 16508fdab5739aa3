"""Muster's web process alone, as it ships, on a database full of runs: nothing works beside what is measured."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from cryptography.fernet import Fernet

from app.cli.ports import any_free_port
from app.core.db.migrate import migrate
from app.core.environment import DEFAULT_WEB_PROCESSES
from tests.stack import (
    MUSTER,
    muster_environment,
    running_postgres,
    running_temporal,
    short_folder,
    wait_until,
)

START_SECONDS = 60.0
TOKEN = "a-token-for-measuring-only-0123456789"
ENDPOINTS = 100
