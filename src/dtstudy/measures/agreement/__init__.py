"""Whether coders who worked apart gave the same codes to the same words, and where they did not."""

from dtstudy.measures.agreement.coefficients import (
    LEVELS,
    Level,
    alpha_masi,
    cohen_kappa,
    expected_agreement,
    gwet_ac1,
    kappa_by_code,
    kappa_max,
    krippendorff_alpha,
    masi_distance,
    percent_agreement,
)
from dtstudy.measures.agreement.disagreements import disagreements, disagreements_by_code
from dtstudy.measures.agreement.judgements import UNITS, Counts, Unit, code_sets, coders_of, continuum, count
from dtstudy.measures.agreement.programs import as_maxqda, as_nvivo, as_qualcoder
from dtstudy.measures.agreement.resampling import bootstrap_alpha, draw_documents, interval
from dtstudy.measures.agreement.table import POOLED, agreement_table, definition, finish
from dtstudy.measures.agreement.unitizing import bar_u_alpha, cu_alpha, ku_alpha, u_alpha, unitizing_alpha

__all__ = [
    "LEVELS",
    "POOLED",
    "UNITS",
    "Counts",
    "Level",
    "Unit",
    "agreement_table",
    "alpha_masi",
    "as_maxqda",
    "as_nvivo",
    "as_qualcoder",
    "bar_u_alpha",
    "bootstrap_alpha",
    "code_sets",
    "coders_of",
    "cohen_kappa",
    "continuum",
    "count",
    "cu_alpha",
    "definition",
    "disagreements",
    "disagreements_by_code",
    "draw_documents",
    "expected_agreement",
    "finish",
    "gwet_ac1",
    "interval",
    "kappa_by_code",
    "kappa_max",
    "krippendorff_alpha",
    "ku_alpha",
    "masi_distance",
    "percent_agreement",
    "u_alpha",
    "unitizing_alpha",
]
