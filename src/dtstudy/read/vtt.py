"""WebVTT captions: a line for each cue, with its voice tag as speaker and its time."""

import re
from io import StringIO
from pathlib import Path

from dtstudy.errors import InputError
from dtstudy.read import Transcript, joined, txt

VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]+)>")
TAG = re.compile(r"</?[a-zA-Z][^>]*>|<\d{2}:[\d:.]+>")


def transcript(file: Path) -> Transcript:
    """The cues of a .vtt file in their order."""
    return cues(file, "vtt")


def cues(file: Path, kind: str) -> Transcript:
    """The cues of a caption file of that kind, `vtt` or `srt`."""
    import webvtt

    try:
        captions = webvtt.from_buffer(StringIO(txt.text(file)), format=kind)
    except webvtt.errors.MalformedFileError as error:
        raise InputError(f"{file}: the captions cannot be read ({error}). Check the first lines of the file.") from None
    pieces = []
    for caption in captions:
        raw = caption.raw_text
        voice = VOICE.search(raw) if raw.startswith("<v") else None
        words = TAG.sub("", VOICE.sub("", raw)).strip()
        if words:
            pieces.append((words, voice.group(1).strip() if voice else caption.voice, caption.start_in_seconds))
    return joined(pieces)
