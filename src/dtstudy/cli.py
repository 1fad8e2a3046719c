"""The command `dtstudy`: it parses, calls and prints."""

import shlex
import sys
from pathlib import Path

import click

from dtstudy import __version__
from dtstudy.errors import DtstudyError, StepError

PAPERS = click.option(
    "--papers",
    type=click.Path(path_type=Path),
    help="Folder or file with the paper's text (STUDY.txt or STUDY.pdf).",
)
PARAMETERS = click.option(
    "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A notebook's parameter; may be repeated."
)
STUDIES = click.argument("studies", nargs=-1, metavar="[STUDY ...]")


class Sentences(click.Group):
    """A group whose errors are sentences: no traceback for what a user can mend."""

    def invoke(self, context: click.Context) -> None:
        """Run the command; tell a DtstudyError in one line and leave with its exit code."""
        try:
            return super().invoke(context)
        except DtstudyError as error:
            click.echo(f"dtstudy: {error}", err=True)
            sys.exit(error.exit_code)


@click.group(cls=Sentences)
@click.version_option(__version__, message="dtstudy %(version)s")
def main() -> None:
    """Recount qualitative studies: from raw files and printed numbers to a report and a verdict."""


@main.command()
@STUDIES
@PARAMETERS
@PAPERS
@click.option("--jobs", type=click.IntRange(min=1), help="Notebooks at once (default: as many as there are cores).")
@click.option("--force", is_flag=True, help="Run fresh steps too.")
@click.option("--cold", is_flag=True, help="Start every kernel anew, not as a fork of one that has the libraries.")
@click.option("--formats", default="html,docx,pdf", show_default=True, help="What to bind the exhibits into.")
def report(
    studies: tuple[str, ...],
    parameters: tuple[str, ...],
    papers: Path | None,
    jobs: int | None,
    force: bool,
    cold: bool,
    formats: str,
) -> None:
    """Run the notebooks whose inputs changed, and bind the exhibits of each study into a report."""
    from dtstudy import disclosure
    from dtstudy import report as pages
    from dtstudy.chain import plan
    from dtstudy.chain.run import run_chain
    from dtstudy.study import supply_text

    given = dict(_pair(text) for text in parameters)
    wanted = pages.formats(formats)
    chosen = _chosen(studies)
    runs = []
    for settings in chosen:
        runs.append((settings, {"papers": supply_text(settings, papers), **given}))
        if settings.transcripts:
            disclosure.write_key(settings)
        lacking = plan.load(settings.project / "notebooks").lacking(settings.raw)
        if lacking:
            left_out = "; ".join(f"{step} (no {', no '.join(missing)})" for step, missing in lacking.items())
            click.echo(f"{settings.name}: left out {left_out}", err=True)
    try:
        steps = sum(len(plan.load(own.project / "notebooks").of(own.raw).steps) for own in chosen)
        with _Progress(steps) as tell:
            run_chain(runs, jobs=jobs, tell=tell, force=force, warm=not cold)
    except StepError as error:
        again = ["dtstudy", "report", *studies, *(word for pair in parameters for word in ("-p", pair))]
        again += ["--papers", str(papers)] if papers else []
        raise StepError(f"{error}\nEarlier results are as they were. To run it again: {shlex.join(again)}") from None
    stale = [settings for settings in chosen if force or not pages.is_fresh(settings, wanted)]
    for settings in chosen:
        if settings in stale:
            pages.build(settings, wanted)
            found = disclosure.scan(settings)
            if found:
                raise StepError(f"{_leaks(settings.name, found)}\nThe report is not fit to be shared; mend its source.")
            pages.pass_as_fresh(settings, wanted)
        files = [file.relative_to(settings.project).as_posix() for file in pages.files(settings, wanted)]
        click.echo(f"{settings.name}: {', '.join(files)}")
    if stale:
        pages.build_index(stale[0].project)


@main.command()
@STUDIES
@PARAMETERS
@PAPERS
def status(studies: tuple[str, ...], parameters: tuple[str, ...], papers: Path | None) -> None:
    """Say which step is fresh, and which is stale and why; nothing is run."""
    from dtstudy.chain import run
    from dtstudy.study import supplied_path

    given = dict(_pair(text) for text in parameters)
    for settings in _chosen(studies):
        found = run.status(settings, {"papers": supplied_path(settings, papers), **given})
        stale = sum(bool(why) for why in found.values())
        click.echo(f"{settings.name}: {len(found) - stale} steps fresh, {stale} stale.")
        for step, why in found.items():
            more = f"; and {len(why) - 3} more" if len(why) > 3 else ""
            click.echo(
                f"  {'● fresh' if not why else '○ stale'}  {step}{': ' + '; '.join(why[:3]) + more if why else ''}"
            )


@main.command()
@STUDIES
@PAPERS
@click.option("--quick", is_flag=True, help="Check digests of inputs and exhibits only.")
def verify(studies: tuple[str, ...], papers: Path | None, quick: bool) -> None:
    """Print a verdict on every published number; leave with 1 if one differs or an exhibit was changed."""
    from dtstudy import exhibits
    from dtstudy import release as releases
    from dtstudy.chain import provenance
    from dtstudy.published import verdicts
    from dtstudy.study import open_study, supplied_text

    negative = False
    for settings in _chosen(studies):
        if not (settings.raw / "published.csv").is_file():
            click.echo(f"{settings.name}: no published record is kept for this study.")
        elif not quick:
            claims = open_study(settings.name, papers=supplied_text(settings, papers)).claims()
            negative |= bool((claims["status"] == "differs").any())
            click.echo(verdicts.page(settings.about.title, claims))
        changed = exhibits.changed(settings.derived)
        negative |= bool(changed)
        click.echo(verdicts.exhibits_line(settings.name, len(exhibits.load(settings.derived)), changed))
        click.echo(provenance.inputs_line(settings))
        if exhibits.load(settings.derived):
            compared = releases.compare(settings)
            negative |= bool((compared["status"] == releases.DIFFERS).any())
            click.echo(verdicts.release_lines(settings.name, compared))
    sys.exit(1 if negative else 0)


@main.command()
@STUDIES
def release(studies: tuple[str, ...]) -> None:
    """Keep digests and numbers of every exhibit in release.json, which verify compares later runs with."""
    from dtstudy import release as releases

    for settings in _chosen(studies):
        click.echo(f"{settings.name}: {releases.write(settings).relative_to(settings.project).as_posix()}")


@main.command()
@STUDIES
def scan(studies: tuple[str, ...]) -> None:
    """Look for names of the roster and listed places in what would be shared; leave with 1 if one is found."""
    from dtstudy import disclosure

    leaks = 0
    for settings in _chosen(studies):
        found = disclosure.scan(settings)
        leaks += len(found)
        click.echo(_leaks(settings.name, found))
    sys.exit(1 if leaks else 0)


@main.command()
@click.argument("study")
@click.argument("place", metavar="FILE.qdpx|FILE.qdc|FOLDER", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over what is there.")
def export(study: str, place: Path, force: bool) -> None:
    """Hand a study to other programs: a REFI-QDA project or codebook, or a folder of CSV tables."""
    from dtstudy import export as files
    from dtstudy.study import open_study

    click.echo(files.export(open_study(study), place, force=force))


def _leaks(study: str, found: list) -> str:
    if not found:
        return f"{study}: no name of the roster and no listed place in what would be shared."
    lines = [f"  {leak.file}, {leak.place}: … {leak.around} …" for leak in found[:20]]
    more = [f"  and {len(found) - 20} more"] if len(found) > 20 else []
    return "\n".join([f"{study}: {len(found)} names would be shared.", *lines, *more])


def _chosen(studies: tuple[str, ...]) -> list:
    """Settings of the studies named, or of all of the project."""
    from dtstudy import settings

    project = settings.find_project()
    return [settings.load(name, project) for name in studies or settings.study_names(project)]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise click.UsageError(f"-p {text}: write a parameter as NAME=VALUE.")
    return name, value


class _Progress:
    """A bar with the time left on a terminal, one line a step elsewhere."""

    def __init__(self, steps: int) -> None:
        self.steps, self.done = steps, 0
        self.bar = click.progressbar(length=steps, label="notebooks", file=sys.stderr) if sys.stderr.isatty() else None

    def __enter__(self) -> "_Progress":
        if self.bar:
            self.bar.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar:
            self.bar.__exit__(*error)

    def __call__(self, study: str, step: str, seconds: float | None) -> None:
        self.done += 1
        if self.bar:
            self.bar.update(1)
        elif seconds is not None:
            click.echo(f"[{self.done}/{self.steps}] {study}: {step}, {seconds:.1f} s", err=True)
