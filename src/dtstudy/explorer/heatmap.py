"""A heatmap whose cells can be clicked, and reached by keyboard: the lower triangle of a co-occurrence table."""

import anywidget
import pandas as pd
import traitlets

DRAW = """
function render({ model, el }) {
  const draw = () => {
    const codes = model.get("codes"), cells = model.get("cells");
    const table = document.createElement("table");
    table.className = "dtstudy-heatmap";
    codes.forEach((code, row) => {
      const line = table.insertRow();
      const head = document.createElement("th");
      head.textContent = code; head.scope = "row";
      line.appendChild(head);
      codes.slice(0, row).forEach((other, column) => {
        const cell = line.insertCell(), found = cells[row + "," + column];
        if (!found) return;
        const button = document.createElement("button");
        button.textContent = found.n; button.style.background = found.colour; button.style.color = found.ink;
        button.title = code + " with " + other + ": " + found.note;
        button.setAttribute("aria-label", button.title);
        button.onclick = () => { model.set("chosen", [code, other]); model.save_changes(); };
        cell.appendChild(button);
      });
      const end = line.insertCell(); end.textContent = code; end.className = "end"; end.colSpan = codes.length - row;
    });
    el.replaceChildren(table);
  };
  model.on("change:cells", draw);
  draw();
}
export default { render };
"""
LOOK = """
.dtstudy-heatmap { border-collapse: collapse; font-size: 12px; }
.dtstudy-heatmap th { text-align: right; font-weight: normal; padding: 0 .6em; white-space: nowrap; }
.dtstudy-heatmap { table-layout: fixed; } .dtstudy-heatmap td { padding: 0; min-width: 2.1em; }
.dtstudy-heatmap td.end { padding-left: .4em; white-space: nowrap; opacity: .7; }
.dtstudy-heatmap button { width: 100%; min-width: 2.1em; border: 1px solid #d9d9d9; padding: .2em 0; font: inherit; }
.dtstudy-heatmap button { cursor: pointer; }
"""
PALE, DEEP = (243, 247, 251), (18, 58, 99)


class Heatmap(anywidget.AnyWidget):
    """Pairs of codes with the units they share; `chosen` is the pair last clicked."""

    _esm = DRAW
    _css = LOOK
    codes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    cells = traitlets.Dict().tag(sync=True)
    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def show(self, pairs: pd.DataFrame, order: list[str]) -> None:
        """Draw a table of `cooccurrence` with its codes in this order; pairs that never meet stay blank."""
        met = pairs[pairs["n12"] > 0]
        present = {*met["code_1"], *met["code_2"]}
        codes = [code for code in order if code in present]
        place = {code: number for number, code in enumerate(codes)}
        cells = {}
        for pair in met.itertuples():
            row, column = sorted((place[pair.code_1], place[pair.code_2]), reverse=True)
            cells[f"{row},{column}"] = _cell(pair)
        with self.hold_sync():
            self.codes, self.cells = codes, cells


def _cell(pair: object) -> dict[str, object]:
    """What one button shows: the count, a shade for Jaccard, and both in words."""
    known = not pd.isna(pair.jaccard)
    share = float(pair.jaccard) if known else 0.0
    shade = ",".join(str(round(pale + (deep - pale) * share)) for pale, deep in zip(PALE, DEEP, strict=True))
    note = f"{pair.n12} units" + (f", Jaccard {share:.2f}" if known else "")
    return {"n": int(pair.n12), "colour": f"rgb({shade})", "ink": "white" if share > 0.45 else "#222", "note": note}
