"""Tables as a reader sees them: the tidy frame of a measure with heads, order and rounding.

Nothing is counted here.
"""

from dtstudy.tables.coders import agreement, disagreements, disagreements_by_code
from dtstudy.tables.disclosure import protected, single_voices
from dtstudy.tables.form import p_value, signed
from dtstudy.tables.pairs import cooccurrence, network
from dtstudy.tables.record import (
    MARKS,
    REPORTED,
    claims,
    key_findings,
    propositions,
    quantifiers,
    quotations,
    reporting,
    score,
)
from dtstudy.tables.sample import design, experience_by_order
from dtstudy.tables.table import Table, captioned
from dtstudy.tables.talk import edits, import_record, transcripts
from dtstudy.tables.themes import (
    code_frequency,
    coding_tree,
    framework_matrix,
    group_comparison,
    saturation,
    synthesis,
    theme_frequency,
    themes,
)
from dtstudy.tables.words import collocations, keyness, kwic

__all__ = [
    "MARKS",
    "REPORTED",
    "Table",
    "agreement",
    "captioned",
    "claims",
    "code_frequency",
    "coding_tree",
    "collocations",
    "cooccurrence",
    "design",
    "disagreements",
    "disagreements_by_code",
    "edits",
    "experience_by_order",
    "framework_matrix",
    "group_comparison",
    "import_record",
    "key_findings",
    "keyness",
    "kwic",
    "network",
    "p_value",
    "propositions",
    "protected",
    "quantifiers",
    "quotations",
    "reporting",
    "saturation",
    "score",
    "signed",
    "single_voices",
    "synthesis",
    "theme_frequency",
    "themes",
    "transcripts",
]
