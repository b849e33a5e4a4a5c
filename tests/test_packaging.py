"""What is shipped: the wheel has everything, installs where there is no checkout, and starts."""

from __future__ import annotations

import ast
import json
import os
import runpy
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import ganstudio
from ganstudio import resources

ROOT = Path(ganstudio.__file__).resolve().parent.parent
DIGITS = "ganstudio/imagesets/files/DIGITS.txt"
PNG = b"\x89PNG\r\n\x1a\n"

pytestmark = pytest.mark.skipif(not (ROOT / "pyproject.toml").is_file(), reason="only in a checkout")


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    tree: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tree


def requirements(project: dict[str, Any]) -> list[Requirement]:
    extras = project["optional-dependencies"].values()
    return [Requirement(line) for line in [*project["dependencies"], *(line for extra in extras for line in extra)]]


def pins() -> dict[str, Requirement]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in found}


def pinned_version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "==", pin
    return specifier.version


def test_constraints_pin_every_direct_dependency_within_its_range(project: dict[str, Any]) -> None:
    pinned = pins()
    for requirement in requirements(project):
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{requirement.name} is not pinned in packaging/constraints.txt"
        assert requirement.specifier.contains(pinned_version(pinned[name])), f"{requirement} excludes its own pin"


def test_ranges_exclude_what_is_known_bad(project: dict[str, Any]) -> None:
    pyside = next(one for one in requirements(project) if one.name == "PySide6-Essentials")
    assert not pyside.specifier.contains("6.12.0")
    assert pyside.specifier.contains("6.11.3")
    assert pinned_version(pins()["pyside6-essentials"]) == "6.11.3"
    assert pinned_version(pins()["torch"]) == "2.13.0"


IMPORTED_AS = {
    "torch-fidelity": "torch_fidelity",
    "array-api-compat": "array_api_compat",
    "dask": "distributed",
    "fonttools": "fontTools",
    "imageio-ffmpeg": "imageio_ffmpeg",
    "pillow": "PIL",
    "pot": "ot",
    "pyside6-essentials": "PySide6",
    "scikit-learn": "sklearn",
    "tomli-w": "tomli_w",
}

COME_WITH_ANOTHER = {"pydantic_core", "shiboken6"}
BROUGHT_BY_WHO_HAS_IT = {"ray"}  # a cluster's own version of it


def imported() -> set[str]:
    """Return the top-level names that the package imports anywhere, late imports included."""
    names: set[str] = set()
    for file in (ROOT / "ganstudio").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                names |= {str(word.value).partition(".")[0] for word in node.args if isinstance(word, ast.Constant)}
    return names - sys.stdlib_module_names - {"ganstudio"}


def test_what_is_imported_is_what_is_declared(project: dict[str, Any]) -> None:
    extras = project["optional-dependencies"]
    lines = [
        *project["dependencies"],
        *(line for extra in ("exact", "cluster", "video", "fid", "onnx") for line in extras[extra]),
    ]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    assert imported() - COME_WITH_ANOTHER - BROUGHT_BY_WHO_HAS_IT == {IMPORTED_AS.get(name, name) for name in declared}


def test_resources_are_found_in_a_checkout() -> None:
    assert resources.models_folder() == ROOT / "models"
    assert resources.assets_folder() == ROOT / "assets"
    assert resources.model("README.md").is_file()
    with pytest.raises(FileNotFoundError, match=r"assets/no/such\.svg is not part of this installation"):
        resources.asset("no", "such.svg")


@pytest.mark.skipif(os.name == "nt", reason="make and sh")
def test_without_a_python_the_environment_says_so_in_one_line(tmp_path: Path) -> None:
    command = ["sh", str(ROOT / "packaging" / "environment.sh"), str(tmp_path / "environment")]
    done = subprocess.run(
        command, env={**os.environ, "PYTHON": "/no/such/python"}, capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 1
    assert done.stderr.startswith("GAN Studio needs Python 3.11 or newer, and /no/such/python is older or missing")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there always is a display")
@pytest.mark.parametrize("display", ["", ":0"])
def test_make_run_opens_the_window_or_says_why_not(
    display: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("ganstudio.cli.main", lambda argv: started.append(argv) or 0)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(ROOT / "packaging" / "run.py"), run_name="__main__")
    if display:
        assert started == [[]]
    else:
        assert started == [["compare", "startup", "--seeds", "1", "--animation", "--out", "build/demo"]]
        assert "No display here" in capsys.readouterr().out


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the source distribution and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    # Without the folder this runs in, where `packaging/` is not the package of that name.
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def files_below(folder: str) -> set[str]:
    ignored = {"__pycache__"}
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and ignored.isdisjoint(path.parts)
    }


def test_wheel_has_the_package_its_data_and_its_licence(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        information = f"ganstudio-{ganstudio.__version__}.dist-info"
        metadata = archive.read(f"{information}/METADATA").decode()
        entry_points = archive.read(f"{information}/entry_points.txt").decode()
    assert files_below("ganstudio") <= names
    assert {f"ganstudio/_data/{name}" for name in files_below("models") | files_below("assets")} <= names
    assert {f"{information}/licenses/{name}" for name in ("LICENSE", "assets/fonts/OFL.txt", DIGITS)} <= names
    assert not [name for name in names if not name.startswith(("ganstudio/", information))], (
        "nothing else on the top level"
    )
    assert "License-Expression: MIT AND OFL-1.1 AND CC-BY-4.0" in metadata, "fonts and digits have their own"
    assert "Requires-Python: >=3.11" in metadata
    assert "ganstudio = ganstudio.cli:main" in entry_points
    assert "ganstudio-window = ganstudio.cli:window" in entry_points


def test_source_distribution_has_what_building_and_testing_need(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"pyproject.toml", "LICENSE", "README.md", "Makefile", "packaging/constraints.txt", "tests/conftest.py"}
    assert wanted | files_below("ganstudio") | files_below("models") | files_below("assets") <= names
    assert not [name for name in names if name.startswith((".venv", "build/", "dist/"))]


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs' folder of an environment that has the wheel, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.EnvBuilder(with_pip=False).create(folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = built.glob("*.whl")
    there = sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)})
    # The wheel comes from pip; only what it depends on is borrowed, behind it on the path. The .pth file of an
    # editable install is not followed from there, so the checkout is out of reach.
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet", "--no-deps"]
    command += ["--no-index", "--disable-pip-version-check", str(wheel)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    borrowed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (Path(there) / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n", encoding="utf-8")
    return programs


def start(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(installed / arguments[0]), *arguments[1:]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_installed_package_is_its_own(installed: Path, tmp_path: Path) -> None:
    program = (
        "import ganstudio, json, ganstudio.resources as r;"
        "folder = r.assets_folder();"
        "print(json.dumps([ganstudio.__file__, str(r.model('README.md')), str(folder), folder.is_dir()]))"
    )
    done = start(installed, tmp_path, "python", "-c", program)
    assert done.returncode == 0, done.stderr
    package, readme, assets, there = json.loads(done.stdout)
    for path in (package, readme, assets):
        assert Path(path).is_relative_to(installed.parent)
    assert there


def test_installed_command_answers(installed: Path, tmp_path: Path) -> None:
    version = start(installed, tmp_path, "ganstudio", "--version")
    assert (version.returncode, version.stdout.strip()) == (0, f"ganstudio {ganstudio.__version__}"), version.stderr
    methods = start(installed, tmp_path, "ganstudio", "list", "methods", "--json")
    assert methods.returncode == 0, methods.stderr
    assert "wgan_gp" in methods.stdout
    json.loads(methods.stdout)


def test_installed_window_opens_and_closes(installed: Path, tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    done = start(installed, tmp_path, "ganstudio", "--screenshot", str(picture), "--after", "2")
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(PNG)
    assert "Traceback" not in done.stderr
