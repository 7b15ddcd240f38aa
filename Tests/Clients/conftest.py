# SPDX-License-Identifier: Apache-2.0
"""Emulators for the tests: one with the application of template.json, one with functions of the tests' own."""
import contextlib

import pytest

from emulator import Emulator
from functions import write_actor


@contextlib.contextmanager
def running(folder, template=None, *options, **settings):
    emulator = Emulator(folder, template, *options, **settings)
    try:
        yield emulator
    except BaseException:
        print(emulator.log)
        raise
    finally:
        if not emulator.is_stopped:
            emulator.stop()


@pytest.fixture(scope="session")
def application(tmp_path_factory):
    """The application of template.json."""
    with running(tmp_path_factory.mktemp("application")) as emulator:
        yield emulator


@pytest.fixture(scope="session")
def actors(tmp_path_factory):
    """Functions that do what their event says: `actor`, `hasty` (1 s), `unable`, `silent` and `empty`."""
    folder = tmp_path_factory.mktemp("actors")
    with running(folder, write_actor(folder)) as emulator:
        yield emulator


@pytest.fixture
def start(tmp_path):
    """Starts an emulator of the test's own: start(template) in the test's folder."""
    with contextlib.ExitStack() as stack:
        yield lambda template=None, *options, **settings: stack.enter_context(
            running(tmp_path, template, *options, **settings))


@pytest.fixture
def lambda_client(actors):
    return actors.client("lambda")
