"""The command `dtstudy`: it parses, calls and prints."""

import errno
import shlex
import sys
from contextlib import ExitStack
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
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)
MANY = 100  # transcripts from which on cleaning takes long enough to be told


def _names(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """Names of studies that begin so, for completion in a shell; none outside a project."""
    from dtstudy import settings

    try:
        return [name for name in settings.study_names(settings.find_project()) if name.startswith(begun)]
    except DtstudyError:
        return []


STUDIES = click.argument("studies", nargs=-1, metavar="[STUDY ...]", shell_complete=_names)


class Sentences(click.Group):
    """A group whose errors are sentences: no traceback for what a user can mend."""

    def invoke(self, context: click.Context) -> None:
        """Run the command; tell a DtstudyError in one line and leave with its exit code.

        So with a disk that takes no more, and with a file name that the locale has no letters for.
        """
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a locale without UTF-8 has no letter for every mark
        try:
            return super().invoke(context)
        except DtstudyError as error:
            click.echo(f"dtstudy: {error}", err=True)
            sys.exit(error.exit_code)
        except ModuleNotFoundError as error:
            if not error.name or error.name.startswith("dtstudy"):
                raise
            click.echo(f"dtstudy: the library {error.name} is not installed. What to do: dtstudy doctor", err=True)
            sys.exit(1)
        except OSError as error:
            if error.errno not in FULL:
                raise
            where = f"{error.filename} cannot be written or read" if error.filename else "a file cannot be written"
            click.echo(f"dtstudy: {where} ({error.strerror}). Earlier results are as they were.", err=True)
            sys.exit(1)
        except UnicodeEncodeError as error:
            if sys.getfilesystemencoding().lower() == "utf-8":
                raise
            click.echo(
                f"dtstudy: this locale ({error.encoding}) has no letters for the name of a file."
                " Set PYTHONUTF8=1, then run it again.",
                err=True,
            )
            sys.exit(2)


@click.group(cls=Sentences, invoke_without_command=True)
@click.version_option(__version__, message="dtstudy %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Recount qualitative studies: from raw files and printed numbers to a report and a verdict.

    For completion of commands in bash: eval "$(_DTSTUDY_COMPLETE=bash_source dtstudy)"; zsh_source and fish_source do
    the same for zsh and fish.
    """
    if context.invoked_subcommand is None:
        click.echo(_what_next())


@main.command()
@STUDIES
@PARAMETERS
@PAPERS
@click.option("--jobs", type=click.IntRange(min=1), help="Notebooks at once (default: as many as there are cores).")
@click.option("--force", is_flag=True, help="Run fresh steps too.")
@click.option("--cold", is_flag=True, help="Start every kernel anew, not as a fork of one that has the libraries.")
@click.option("--formats", default="html,docx,pdf", show_default=True, help="What to bind the exhibits into.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Run the notebooks on the Dask cluster at this address (default: the one Dask is configured for, if any).",
)
def report(
    studies: tuple[str, ...],
    parameters: tuple[str, ...],
    papers: Path | None,
    jobs: int | None,
    force: bool,
    cold: bool,
    formats: str,
    scheduler: str | None,
) -> None:
    """Run the notebooks whose inputs changed, and bind the exhibits of each study into a report."""
    from dtstudy import cluster, disclosure
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
            want = dict.fromkeys(item for missing in lacking.values() for item in missing)
            click.echo(f"{settings.name}: {len(lacking)} notebooks left out, for want of {', '.join(want)}", err=True)
    try:
        steps = sum(len(plan.load(own.project / "notebooks").of(own.raw).steps) for own in chosen)
        with ExitStack() as stack:
            found = stack.enter_context(cluster.connected(scheduler, _tell))
            executor = found.executor if found else None
            tell = stack.enter_context(_Progress(steps))
            run_chain(runs, jobs=jobs, executor=executor, tell=tell, force=force, warm=not cold)
    except StepError as error:
        again = ["dtstudy", "report", *studies, *(word for pair in parameters for word in ("-p", pair))]
        again += ["--papers", str(papers)] if papers else []
        again += ["--scheduler", scheduler] if scheduler else []
        told = f"{error}\nEarlier results are as they were. To run it again: {shlex.join(again)}"
        plain = [pair for pair in parameters if "." not in pair.partition("=")[0]]
        if plain:
            told += f"\nTo give one notebook alone a value, name it: -p theme-frequency.{plain[0]}"
        raise StepError(told) from None
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
    from dtstudy.write import csv

    negative = False
    for settings in _chosen(studies):
        if not (settings.raw / "published.csv").is_file():
            click.echo(f"{settings.name}: no published record is kept for this study.")
        elif not quick:
            claims = open_study(settings.name, papers=supplied_text(settings, papers)).claims()
            negative |= bool((claims["status"] == "differs").any())
            click.echo(verdicts.page(settings.about.title, claims))
            if not any(entry.id == "claims" for entry in exhibits.load(settings.derived)):  # else a report wrote it
                content = csv.lines(claims, end="\n")
                exhibits.write(settings.derived / "tables" / "claims.csv", content)
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
@click.argument("name")
@click.option(
    "--from",
    "sources",
    multiple=True,
    required=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="A .qdpx, a .qdc, Taguette's .sqlite3, QualCoder's .qda folder, a table of codings (.csv), or transcripts;"
    " may be repeated.",
)
@click.option(
    "--attributes",
    "more",
    metavar="FILE.csv",
    type=click.Path(path_type=Path),
    help="More attributes: a column document or participant, and a column for each attribute.",
)
@click.option(
    "--offsets",
    "counted",
    default="",
    metavar="WORDS",
    help="How positions were counted, where that cannot be told from the project: such as utf-16,crlf=2.",
)
def new(name: str, sources: tuple[Path, ...], more: Path | None, counted: str) -> None:
    """Make the study NAME from a project coded elsewhere, or from transcripts."""
    from dtstudy import intake

    if sys.stderr.isatty():
        click.echo(f"reading {', '.join(source.name for source in sources)}", err=True)
    made = intake.new(name, sources, more, counted, tell=_tell_cleaned)
    click.echo(intake.page(made))
    click.echo(f"{name}: say in data/raw/{name}/study.toml what the study is; then dtstudy report {name}")


@main.command()
@click.argument("study", shell_complete=_names)
@click.argument("place", metavar="FILE.qdpx|FILE.qdc|FOLDER", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over what is there.")
def export(study: str, place: Path, force: bool) -> None:
    """Hand a study to other programs: a REFI-QDA project or codebook, or a folder of CSV tables."""
    from dtstudy import export as files
    from dtstudy.study import open_study

    click.echo(files.export(open_study(study), place, force=force))


@main.command()
@click.argument("study")
@click.option("--documents", type=click.IntRange(min=1), default=250, show_default=True, help="Documents in a block.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Processes at once.")
@click.option("--scheduler", metavar="ADDRESS", help="Make the blocks on the Dask cluster at this address; see report.")
def archive(study: str, documents: int, jobs: int, scheduler: str | None) -> None:
    """Clean a study's transcripts into an archive, block by block; blocks that still hold are kept."""
    from dtstudy import cluster
    from dtstudy.study import open_study

    with cluster.connected(scheduler, _tell) as found:
        where = {"executor": found.executor, "workers": found.workers} if found else {"workers": jobs}
        made = open_study(study).save_archive(documents=documents, **where, tell=_tell_cleaned)
    for sentence in made.warnings:
        click.echo(sentence, err=True)
    click.echo(
        f"{study}: data/derived/{study}/archive, {made.made:,} blocks made, {made.kept:,} kept;"
        f" {made.documents:,} documents, {made.codings:,} codings"
    )


@main.command("check-table")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.csv")
@click.option("--rounding", default="half", show_default=True, help="half, half-up, half-even, trunc or ceil.")
def check_table(file: Path, rounding: str) -> None:
    """Ask whether the numbers of a table typed from a paper stand together; leave with 1 where one does not."""
    from dtstudy.published import sheet

    typed = sheet.load(file)
    found = sheet.verdicts(typed, rounding)
    click.echo(sheet.page(typed, found))
    sys.exit(1 if (found["verdict"] == "question").any() else 0)


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)


def _tell_cleaned(done: int, of: int) -> None:
    """Count transcripts on a terminal, where there are many."""
    if of >= MANY and sys.stderr.isatty():
        click.echo(f"\r{done:,} of {of:,} transcripts cleaned", err=True, nl=done == of)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("study", default="", required=False, shell_complete=_names)
@click.argument("jupyter", nargs=-1, type=click.UNPROCESSED)
def lab(study: str, jupyter: tuple[str, ...]) -> None:
    """Open JupyterLab on the explorer of a study; further options go to JupyterLab."""
    import subprocess

    from dtstudy import settings
    from dtstudy.lab import desk

    project = settings.find_project()
    if study.startswith("-"):
        study, jupyter = "", (study, *jupyter)
    own = settings.load(study or desk.first_study(project), project)
    notebook = desk.lay_out(own)
    click.echo(f"JupyterLab opens {notebook.relative_to(project).as_posix()}. End it with Ctrl+C.", err=True)
    command = desk.command(project, notebook, jupyter)
    sys.exit(subprocess.run(command, env=desk.environment(project, notebook)).returncode)


@main.command()
def doctor() -> None:
    """Check the installation: Python, libraries, the lock, a kernel, the studies; leave with 1 if one is unsound."""
    from dtstudy import doctor as doctors

    unsound = 0
    for finding in doctors.examine():
        unsound += not finding.sound
        click.echo(f"{'● ' if finding.sound else '✕ '}{finding.what:<24}{finding.found}")
        if not finding.sound:
            click.echo(f"  {'':<24}{finding.remedy}")
    sys.exit(1 if unsound else 0)


def _what_next() -> str:
    """What somebody who typed the bare command may want, in the order they may want it."""
    from dtstudy import settings

    try:
        project = settings.find_project()
        reported = [file.parent.name for file in sorted((project / "data" / "derived").glob("*/report.html"))]
        where = f"This project has the studies {', '.join(settings.study_names(project))}."
    except DtstudyError as error:
        return f"{error}\nThen: dtstudy report"
    lines = [
        where,
        "  dtstudy report                        run what changed and bind the reports"
        + (f" ({', '.join(reported)} have one)" if reported else ""),
        "  dtstudy verify                        a verdict on every published number",
        "  dtstudy status                        what is fresh, what is stale and why",
        "  dtstudy lab                           explore in JupyterLab",
        "  dtstudy new NAME --from FILE          a study from a project coded elsewhere",
        "  dtstudy archive STUDY                 a corpus in blocks, for more transcripts than memory holds",
        "  dtstudy --help                        every command",
    ]
    return "\n".join(lines)


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
