from itertools import combinations

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import dtstudy
from dtstudy import figures
from dtstudy.figures import style
from dtstudy.measures import cooccurrence, frequency, participation, units


@pytest.fixture(scope="module")
def study():
    return dtstudy.open_study("kouimtsidis2007")


def shares(study):
    corpus = study.quoted_corpus()
    counts = frequency.code_frequency(
        corpus.codings.query("coder != 'authors'"),
        corpus.turns,
        by="group",
        unit="word",
        coders="each",
        codes=corpus.codes,
    )
    return figures.shares_by_group(
        counts, "group", list(corpus.codes["parent"].dropna().unique()), "% of words", "quotation"
    )


def heatmap(study):
    corpus = study.quoted_corpus()
    pairs = cooccurrence.cooccurrence(
        corpus.codings.query("coder != 'authors'"), corpus.turns, coders="union", codes=corpus.codes
    )
    codes = set(pairs["code_1"]) | set(pairs["code_2"])
    return figures.cooccurrence_heatmap(
        pairs, [code for code in corpus.codes["code"] if code in codes], strong={"compulsion"}
    )


def bounds(study):
    bins = pd.DataFrame(
        {"label": ["up to 3", "3-6", "more"], "count": [13, 9, 7], "low": [0, 3, 6], "high": [3, 6, 13]}
    )
    return figures.mean_bounds(bins, 2.83, 6.26, 4.7)


def conversation(study):
    corpus = study.corpus()
    codings = units.of_coders(corpus.codings, "consensus", corpus.codes)
    return figures.conversation(corpus.turns, codings, corpus.codes["parent"].dropna().unique())


FIGURES = {
    "conversation": conversation,
    "speaking_shares": lambda study: figures.speaking_shares(participation.speaking_shares(study.corpus().turns)),
    "experience_by_order": lambda study: figures.experience_by_order(study.table(1)),
    "mean_bounds": bounds,
    "quoted_words": lambda study: figures.quoted_words(study.record),
    "shares_by_group": shares,
    "cooccurrence_heatmap": heatmap,
}


@pytest.mark.parametrize("name", FIGURES)
def test_no_label_of_a_figure_lies_on_another_or_outside(study, name):
    figure = FIGURES[name](study)
    assert isinstance(figure, Figure)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    undrawn = {
        tick.label1
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    texts = [text for text in texts if text not in undrawn]
    boxes = {text: text.get_window_extent(renderer) for text in texts}
    width, height = canvas.get_width_height()
    for text, box in boxes.items():
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1, (
            f"'{text.get_text()}' is cut off"
        )
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 1 or up <= 2, f"'{one.get_text()}' lies on '{other.get_text()}'"


def test_every_figure_of_the_module_is_looked_at():
    drawn = {
        name
        for name, item in vars(figures).items()
        if callable(item) and item.__module__.startswith(figures.__name__) and name[0] != "_"
    }
    assert drawn == set(FIGURES) == set(figures.__all__)


def test_the_group_colours_differ_in_grey_too():
    def grey(colour):
        red, green, blue = to_rgb(colour)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    assert abs(grey(style.COLOURS[0]) - grey(style.COLOURS[1])) > 0.3
    assert len(set(style.MARKERS)) == 2
