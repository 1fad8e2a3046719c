"""The record of an import as lines for a terminal."""

from dtstudy.intake.folder import Made

WARNINGS = 8  # shown of those that cleaning has
WIDTH = 26


def page(made: Made) -> str:
    """What came in, what was read and what was dropped, by kind of thing, and what a person should look at."""
    lines = [f"{'':{WIDTH}} {'came in':>9} {'read':>9} {'dropped':>9}"]
    for row in made.record.itertuples():
        line = f"{row.thing:{WIDTH}} {row.came_in:9,} {row.read:9,} {row.dropped or '':>9}"
        lines.append(f"{line}  {row.note}".rstrip())
    if len(made.dropped):
        lines.append(f"Every piece that was dropped is listed in data/raw/{made.folder.name}/import-dropped.csv.")
    lines += [f"To look at: {sentence}" for sentence in made.warnings[:WARNINGS]]
    if len(made.warnings) > WARNINGS:
        lines.append(f"To look at: {len(made.warnings) - WARNINGS} more; dtstudy report tells them all.")
    return "\n".join(lines)
