"""A heatmap whose cells can be clicked, and reached by keyboard: the lower triangle of a co-occurrence table."""

import anywidget
import pandas as pd
import traitlets

DRAW = """
function render({ model, el }) {
  const mark = () => {
    const chosen = model.get("chosen").join("\\u0000");
    el.querySelectorAll("button").forEach(button => {
      button.setAttribute("aria-pressed", String(button.dataset.pair === chosen));
    });
  };
  const draw = () => {
    const codes = model.get("codes"), cells = model.get("cells");
    const table = document.createElement("table");
    table.className = "dtstudy-heatmap";
    const longest = Math.max(4, ...codes.map(code => code.length));
    const widths = [0.56 * longest + 1.2, ...codes.map(() => 2.15), 0.56 * longest];
    const columns = table.appendChild(document.createElement("colgroup"));
    widths.forEach(width => { columns.appendChild(document.createElement("col")).style.width = width + "em"; });
    table.style.width = widths.reduce((sum, width) => sum + width, 0) + "em";
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
        button.dataset.pair = [code, other].join("\\u0000");
        button.setAttribute("aria-label", button.title);
        button.onclick = () => { model.set("chosen", [code, other]); model.save_changes(); };
        cell.appendChild(button);
      });
      const end = line.insertCell();
      end.textContent = code; end.className = "end"; end.colSpan = codes.length - row + 1;
    });
    const note = document.createElement("p");
    note.className = "dtstudy-heatmap-note"; note.textContent = model.get("note");
    el.replaceChildren(table, note);
    mark();
  };
  model.on("change:cells", draw);
  model.on("change:chosen", mark);
  draw();
}
export default { render };
"""
LOOK = """
.dtstudy-heatmap { border-collapse: collapse; font-size: 12px; table-layout: fixed; }
.dtstudy-heatmap th { text-align: right; font-weight: normal; padding: 0 .6em; white-space: nowrap; }
.dtstudy-heatmap td { padding: 0; height: 1.75em; }
.dtstudy-heatmap td.end { padding-left: .4em; white-space: nowrap; opacity: .7; }
.dtstudy-heatmap button { width: 100%; border: 1px solid #d9d9d9; padding: .2em 0; font: inherit; cursor: pointer; }
.dtstudy-heatmap button[aria-pressed=true] { outline: 2px solid #b36b00; outline-offset: -2px; font-weight: 600; }
.dtstudy-heatmap-note { font-size: 12px; opacity: .8; margin: .5em .6em 0; }
"""
PALE, DEEP = (243, 247, 251), (18, 58, 99)
MOST = 40  # codes drawn at once: more are no picture, and many thousand buttons make a browser slow


class Heatmap(anywidget.AnyWidget):
    """Pairs of codes with the units they share; `chosen` is the pair last clicked."""

    _esm = DRAW
    _css = LOOK
    codes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    cells = traitlets.Dict().tag(sync=True)
    chosen = traitlets.List(traitlets.Unicode()).tag(sync=True)
    note = traitlets.Unicode().tag(sync=True)

    def show(self, pairs: pd.DataFrame, order: list[str]) -> None:
        """Draw a table of `cooccurrence` with its codes in this order; pairs that never meet stay blank.

        Of many codes those on the most units are drawn, and the note says so.
        """
        met = pairs[pairs["n12"] > 0]
        units = pd.concat([met.set_index("code_1")["n1"], met.set_index("code_2")["n2"]]).groupby(level=0).max()
        present = set(units.nlargest(MOST).index)
        met = met[met["code_1"].isin(present) & met["code_2"].isin(present)]
        codes = [code for code in order if code in present]
        place = {code: number for number, code in enumerate(codes)}
        deepest = met["jaccard"].max()
        cells = {}
        for pair in met.itertuples():
            row, column = sorted((place[pair.code_1], place[pair.code_2]), reverse=True)
            cells[f"{row},{column}"] = _cell(pair, deepest)
        with self.hold_sync():
            self.note = _note(len(units), deepest)
            self.chosen = []
            self.codes, self.cells = codes, cells


def _note(codes: int, deepest: float) -> str:
    """What the shades mean, and what is not drawn."""
    if not codes:
        return "No two codes meet."
    shade = "no shade: too few units for a coefficient" if pd.isna(deepest) else f"shade: Jaccard, 0 to {deepest:.2f}"
    said = f"Number: units with both codes; {shade}."
    more = f" The {MOST} codes on the most units, of {codes} that meet another; choose codes to see the rest."
    return said + more * (codes > MOST)


def _cell(pair: object, deepest: float) -> dict[str, object]:
    """What one button shows: the count, a shade for Jaccard, and both in words."""
    known = not pd.isna(pair.jaccard)
    share = float(pair.jaccard) / deepest if known and deepest else 0.0
    shade = ",".join(str(round(pale + (deep - pale) * share)) for pale, deep in zip(PALE, DEEP, strict=True))
    note = f"{pair.n12} units" + (f", Jaccard {pair.jaccard:.2f}" if known else "")
    return {"n": int(pair.n12), "colour": f"rgb({shade})", "ink": "white" if share > 0.45 else "#222", "note": note}
