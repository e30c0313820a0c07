"""Does what the guide for training shows still work?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from ipt_formulate import formulate
from ipt_formulate.explain.trainee import checked, read_trainees

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "training.md").read_text("utf-8")


def block(language: str) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)[0]


def test_the_answers_of_the_class_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "class.yaml"
    file.write_text(block("yaml"), "utf-8")
    trainees = read_trainees(file)
    assert [each.name for each in trainees] == ["Ada", "Ben"]
    for each in trainees:
        case = formulate(ROOT / "examples" / "cases" / f"{each.case}.yaml", engine="reference")
        assert checked(each, case.work).case == each.case


def test_the_python_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-c", block("python")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "beside the engine's" in done.stdout
    assert done.stdout.rstrip().endswith("focus proposed proposed False")


def test_the_cases_and_pages_it_names_exist() -> None:
    for name in re.findall(r"\b(?:examples|rules)/cases/[\w/-]+(?:\.yaml)?", GUIDE):
        assert (ROOT / name).exists(), name
    for page in re.findall(r"\]\(([\w-]+\.md)\)", GUIDE):
        assert (ROOT / "docs" / page).exists(), page


def test_the_near_miss_it_quotes_is_one() -> None:
    quoted = " ".join(re.findall(r"^  > (.*)$", GUIDE, flags=re.MULTILINE))
    case = formulate(ROOT / "examples" / "cases" / "husband-and-wife-at-impasse.yaml", engine="reference")
    told = case.compare({"stages": {"wife": "dissolution"}}, most=1, seconds=60).in_words()
    assert quoted.startswith("Had the answer to")
    assert quoted in " ".join(told.split())


def test_the_other_answer_of_its_what_if_makes_a_difference() -> None:
    (file, path, value), *more = re.findall(r"what-if (\S+\.yaml) --set '([^=']+)=(\w+)'", GUIDE)
    assert not more
    found = formulate(ROOT / file, engine="reference").what_if({path: value})
    assert found.difference.stages
