"""SubRip captions: a line for each cue, with its time."""

from pathlib import Path

from dtstudy.read import Transcript
from dtstudy.read.vtt import cues


def transcript(file: Path) -> Transcript:
    """The cues of an .srt file in their order."""
    return cues(file, "srt")
