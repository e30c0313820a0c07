"""How is a file written so that nobody ever finds half of it? Under a temporary name, and renamed when it is whole.

What is written may hold case content, so it is readable by its owner alone.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipt_formulate.cohort.faults import CohortError
from ipt_formulate.reading import Fault

_OWN_FILE, _OWN_FOLDER = 0o600, 0o700


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A name to write to; it becomes ``path`` at the end, and nothing is left if anything goes wrong.

    Raises
    ------
    CohortError
        If the file cannot be written (no such folder, no permission, no space).
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.touch(_OWN_FILE)
        yield temporary
        os.replace(temporary, path)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def whole_files(folder: Path) -> Iterator[Path]:
    """A folder to write several files to; they are moved into ``folder`` when all of them are whole.

    ``folder`` is made if it is missing; files of the same names in it are replaced, others are left alone.

    Raises
    ------
    CohortError
        If the folder or a file in it cannot be written.
    """
    temporary: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=".part-", dir=folder))
        yield temporary
        for made in sorted(temporary.iterdir()):
            made.chmod(_OWN_FILE)
            os.replace(made, folder / made.name)
    except OSError as error:
        raise not_written(folder, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to fill; it becomes ``path``, which must not exist, when all that is in it is whole."""
    temporary = path.with_name(f".{path.name}.making")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        temporary.mkdir(_OWN_FOLDER)
        yield temporary
        temporary.rename(path)
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_folder(path: Path) -> None:
    """Before long work, or before anybody is asked anything: is there a folder that the file can be written to?

    Raises
    ------
    CohortError
        C130 if not.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise not_written(path, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    if not os.access(folder, os.W_OK):
        raise not_written(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def not_written(path: Path, error: OSError) -> CohortError:
    """The fault of a file or folder that could not be written; it names what the system said and no content."""
    said = os.strerror(error.errno) if error.errno else type(error).__name__
    return CohortError([Fault("C130", str(path), f"cannot be written: {said}; nothing half-written was left")])
