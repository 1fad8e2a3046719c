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


def network(study):
    corpus = study.corpus()
    pairs = cooccurrence.cooccurrence(corpus.codings, corpus.turns, replicates=0)
    return figures.cooccurrence_network(*cooccurrence.network(pairs))


def bounds(study):
    bins = pd.DataFrame(
        {"label": ["up to 3", "3-6", "more"], "count": [13, 9, 7], "low": [0, 3, 6], "high": [3, 6, 13]}
    )
    return figures.mean_bounds(bins, 2.83, 6.26, 4.7)


def possible_durations(study):
    bins = pd.DataFrame(
        {"label": ["up to 3", "3-6", "more"], "count": [13, 9, 7], "low": [0, 3, 6], "high": [3, 6, 13]}
    )
    grid = consistency.grid(bins.iloc[:, 1:].to_numpy().tolist(), "1/2", 13, "1/2")
    return figures.possible_durations(consistency.sample_data(grid, "4.7", 40, seed=1), bins, 2.83, 6.26, 4.7)


def conversation(study):
    corpus = study.corpus()
    codings = units.of_coders(corpus.codings, "consensus", corpus.codes)
    return figures.conversation(corpus.turns, codings, corpus.codes["parent"].dropna().unique())


def matrix(study):
    corpus = study.corpus()
    how = {"themes": "category", "codes": corpus.codes, "reads": corpus.reads, "attributes": ["group"]}
    return figures.framework_map(framework.matrix(corpus.codings, corpus.turns, study.framework(), **how))


def dots(study):
    corpus = study.corpus()
    how = {"blocks": "programme", "codes": corpus.codes}
    rates = frequency.document_rates(corpus.codings, corpus.turns, **how)
    return figures.themes_by_group(rates, frequency.compare_groups(corpus.codings, corpus.turns, **how))


def side_by_side(study):
    themes = pd.read_csv(study.settings.raw.parent / "synthesis" / "themes.csv")
    corpora = {name: dtstudy.open_study(name).corpus() for name in themes["study"].unique()}
    talk = {name: (corpus.codings, corpus.turns, corpus.codes) for name, corpus in corpora.items()}
    return figures.themes_side_by_side(synthesis.side_by_side(themes, talk))


def accumulated(study):
    corpus = study.corpus()
    heard = saturation.incidence(corpus.codings, corpus.turns, codes=corpus.codes, by="group")
    return figures.accumulation(saturation.accumulation(heard), saturation.guest(heard), by="group")


def strip(study):
    corpus = study.corpus()
    words = vocabulary.words(corpus.turns, corpus.documents)
    return figures.dispersion_strip(words, vocabulary.dispersion(words, ["court", "never said", "he", "i"]))


def key_words(study):
    corpus = study.corpus()
    return figures.keyness_plot(vocabulary.keyness(vocabulary.words(corpus.turns, corpus.documents)))


def agreed(study):
    corpus = study.corpus()
    return figures.agreement_by_code(
        agreement.agreement_table(corpus.codings, corpus.reads, corpus.turns, codes=corpus.codes)
    )


FIGURES = {
    "agreement_by_code": agreed,
    "conversation": conversation,
    "speaking_shares": lambda study: figures.speaking_shares(participation.speaking_shares(study.corpus().turns)),
    "framework_map": matrix,
    "experience_by_order": lambda study: figures.experience_by_order(study.table(1)),
    "mean_bounds": bounds,
    "possible_durations": possible_durations,
    "quoted_words": lambda study: figures.quoted_words(study.record),
    "shares_by_group": shares,
    "themes_by_group": dots,
    "themes_side_by_side": side_by_side,
    "cooccurrence_heatmap": heatmap,
    "cooccurrence_network": network,
    "accumulation": accumulated,
    "dispersion_strip": strip,
    "keyness_plot": key_words,
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
