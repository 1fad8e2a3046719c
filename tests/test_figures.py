import inspect
from functools import partial
from itertools import combinations

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import dtstudy
from dtstudy import figures
from dtstudy.figures import style
from dtstudy.measures import (
    agreement,
    cooccurrence,
    framework,
    frequency,
    participation,
    saturation,
    synthesis,
    units,
    vocabulary,
)
from dtstudy.published import consistency


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
    return partial(
        figures.shares_by_group,
        counts,
        "group",
        list(corpus.codes["parent"].dropna().unique()),
        "% of words",
        "quotation",
    )


def heatmap(study):
    corpus = study.quoted_corpus()
    pairs = cooccurrence.cooccurrence(
        corpus.codings.query("coder != 'authors'"), corpus.turns, coders="union", codes=corpus.codes
    )
    codes = set(pairs["code_1"]) | set(pairs["code_2"])
    return partial(
        figures.cooccurrence_heatmap,
        pairs,
        [code for code in corpus.codes["code"] if code in codes],
        strong={"compulsion"},
    )


def network(study):
    corpus = study.corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, replicates=0)
    return partial(figures.cooccurrence_network, *cooccurrence.network(pairs))


def bounds(study):
    bins = pd.DataFrame(
        {"label": ["up to 3", "3-6", "more"], "count": [13, 9, 7], "low": [0, 3, 6], "high": [3, 6, 13]}
    )
    return partial(figures.mean_bounds, bins, 2.83, 6.26, 4.7)


def possible_durations(study):
    bins = pd.DataFrame(
        {"label": ["up to 3", "3-6", "more"], "count": [13, 9, 7], "low": [0, 3, 6], "high": [3, 6, 13]}
    )
    grid = consistency.grid(bins.iloc[:, 1:].to_numpy().tolist(), "1/2", 13, "1/2")
    return partial(figures.possible_durations, consistency.sample_data(grid, "4.7", 40, seed=1), bins, 2.83, 6.26, 4.7)


def conversation(study):
    corpus = study.corpus()
    codings = units.of_coders(corpus.codings, "consensus", corpus.codes)
    return partial(figures.conversation, corpus.turns, codings, corpus.codes["parent"].dropna().unique())


def matrix(study):
    corpus = study.corpus()
    how = {"themes": "category", "codes": corpus.codes, "reads": corpus.reads, "attributes": ["group"]}
    return partial(figures.framework_map, framework.matrix(corpus.codings, corpus.turns, study.framework(), **how))


def dots(study):
    corpus = study.corpus()
    how = {"blocks": "programme", "codes": corpus.codes}
    rates = frequency.document_rates(corpus.codings, corpus.turns, **how)
    return partial(figures.themes_by_group, rates, frequency.compare_groups(corpus.codings, corpus.turns, **how))


def side_by_side(study):
    themes = pd.read_csv(study.settings.raw.parent / "synthesis" / "themes.csv")
    corpora = {name: dtstudy.open_study(name).corpus() for name in themes["study"].unique()}
    talk = {name: (corpus.codings, corpus.turns, corpus.codes) for name, corpus in corpora.items()}
    return partial(figures.themes_side_by_side, synthesis.side_by_side(themes, talk))


def accumulated(study):
    corpus = study.corpus()
    heard = saturation.incidence(corpus.codings, corpus.turns, codes=corpus.codes, by="group")
    return partial(figures.accumulation, saturation.accumulation(heard), saturation.guest(heard), by="group")


def strip(study):
    corpus = study.corpus()
    words = vocabulary.words(corpus.turns, corpus.documents)
    return partial(figures.dispersion_strip, words, vocabulary.dispersion(words, ["court", "never said", "he", "i"]))


def key_words(study):
    corpus = study.corpus()
    return partial(figures.keyness_plot, vocabulary.keyness(vocabulary.words(corpus.turns, corpus.documents)))


def agreed(study):
    corpus = study.corpus()
    return partial(
        figures.agreement_by_code,
        agreement.agreement_table(corpus.codings, corpus.reads, corpus.turns, codes=corpus.codes),
    )


# what draws each figure, from the frames of a study
FIGURES = {
    "agreement_by_code": agreed,
    "conversation": conversation,
    "speaking_shares": lambda study: partial(
        figures.speaking_shares, participation.speaking_shares(study.corpus().turns)
    ),
    "framework_map": matrix,
    "experience_by_order": lambda study: partial(figures.experience_by_order, study.table(1)),
    "mean_bounds": bounds,
    "possible_durations": possible_durations,
    "quoted_words": lambda study: partial(figures.quoted_words, study.record),
    "shares_by_group": shares,
    "themes_by_group": dots,
    "themes_side_by_side": side_by_side,
    "cooccurrence_heatmap": heatmap,
    "cooccurrence_network": network,
    "accumulation": accumulated,
    "dispersion_strip": strip,
    "keyness_plot": key_words,
}


@pytest.mark.parametrize("name", figures.__all__)
def test_no_label_of_a_figure_lies_on_another_or_outside(study, name):
    figure = FIGURES[name](study)()
    assert isinstance(figure, Figure) and figure.number not in plt.get_fignums()  # a cell shows it once
    assert_legible(figure)


@pytest.mark.parametrize("name", figures.__all__)
def test_a_figure_is_drawn_on_axes_that_are_given_and_touches_nothing_else_of_theirs(study, name):
    draw = FIGURES[name](study)
    own = draw()
    plt.close("all")
    figure, places = plt.subplots(
        1, 2, figsize=(2.4 * own.get_figwidth(), 1.6 * own.get_figheight()), layout="constrained"
    )
    other, ax = places
    other.plot([1, 2, 3])
    other.set_title("somebody's")
    figure.suptitle("theirs")
    before = state(figure, other)
    empty = len(ax.get_children())
    assert draw(ax=ax) is figure
    assert state(figure, other) == before
    assert len(ax.get_children()) > empty, "nothing was drawn"
    assert ax in figure.axes and figure.number in plt.get_fignums()
    assert_legible(figure)
    plt.close(figure)


def state(figure, other):
    """What belongs to whoever made the figure."""
    return (
        tuple(figure.get_size_inches()),
        type(figure.get_layout_engine()),
        list(figure.axes),
        [text.get_text() for text in figure.texts],
        list(figure.legends),
        figure.get_suptitle(),
        figure.get_supxlabel(),
        [type(artist) for artist in other.get_children()],
        other.get_title(),
        other.get_xlim(),
    )


def test_every_function_of_the_figures_takes_axes_and_returns_a_figure():
    for name in figures.__all__:
        found = inspect.signature(getattr(figures, name))
        assert found.parameters["ax"].default is None, name
        assert found.return_annotation == "Figure", name


def assert_legible(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    places = [*figure.axes, *(inset for ax in figure.axes for inset in ax.child_axes)]
    undrawn = {
        tick.label1
        for ax in places
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


@pytest.mark.parametrize("unit", ["turn", "overlap", "document"])
def test_a_heatmap_of_z_shows_every_pair_that_meets(study, unit):
    corpus = study.corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, unit=unit, codes=corpus.codes, replicates=19)
    figure = figures.cooccurrence_heatmap(pairs, [code for code in corpus.codes["code"]], colour="z")
    numbers = [text.get_text() for text in figure.axes[0].texts if text.get_text().isdigit()]
    counts = pairs["overlapping_pairs" if unit == "overlap" else "n12"]
    assert sorted(map(int, numbers)) == sorted(counts[counts > 0])


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
