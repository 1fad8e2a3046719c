"""Tiny projects whose notebooks do one thing each."""

import nbformat as nf

PARAMETERS = 'study = "small"\npapers = ""\nnumber = 3\nshare = 0.5\nnames = ["a"]'
SAVE = (
    "import dtstudy, pandas as pd\n"
    'dtstudy.open_study(study).save_exhibit("{name}", pd.DataFrame({{"number": [number]}}), '
    'title="T", caption="C", data="published", definition="D")'
)
STUDY = '[about]\ntitle = "T"\nsentence = "S"\nplace = "P"\nfieldwork = "F"\nmethod = "M"\n'


def project(folder, **notebooks):
    """A project with the study `small`; each keyword is a step: its code, or (code, reads)."""
    (folder / "data" / "raw" / "small").mkdir(parents=True)
    (folder / "data" / "raw" / "small" / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "notebooks").mkdir()
    lines = []
    for name, about in notebooks.items():
        code, reads = about if isinstance(about, tuple) else (about, [])
        notebook = nf.v4.new_notebook(
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        )
        notebook.cells = [
            nf.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
            nf.v4.new_code_cell(code),
        ]
        nf.write(notebook, folder / "notebooks" / f"{name}.ipynb")
        lines += [
            f"[step.{name}]",
            f'notebook = "{name}.ipynb"',
            f"reads = {reads}",
            f'writes = ["{name}"]',
            "timeout = 20",
        ]
    (folder / "notebooks" / "pipeline.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder
