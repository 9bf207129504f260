"""Apertium is optional: with it installed its English is used and marked; without it nothing changes."""

import shutil

import pytest

from asknews_ner.annotate.offline import apertium
from asknews_ner.annotate.offline.annotator import OfflineAnnotator
from asknews_ner.recipe import load_recipe

PARAMS = load_recipe("laptop").annotate.offline.model_copy(update={"apertium": True})


def test_without_it_nothing_is_translated(monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    apertium.installed_pairs.cache_clear()
    try:
        assert apertium.translate("El gobierno anuncia nuevas medidas.", "es") is None
        assert OfflineAnnotator(PARAMS, 4).name == "offline"
    finally:
        apertium.installed_pairs.cache_clear()


def test_a_program_that_prints_nothing_gives_nothing(monkeypatch, tmp_path):
    program = tmp_path / "apertium"
    program.write_text('#!/bin/sh\nif [ "$1" = "-l" ]; then echo spa-eng; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    apertium.installed_pairs.cache_clear()
    try:
        assert apertium.chain("es") == ("spa-eng",)
        assert apertium.chain("fr") == ()
        assert apertium.translate("Hola.", "es") is None
    finally:
        apertium.installed_pairs.cache_clear()


@pytest.mark.skipif(shutil.which("apertium") is None, reason="Apertium is not installed (apt install apertium apertium-eng-spa)")
def test_spanish_becomes_english_and_is_marked():
    annotator = OfflineAnnotator(PARAMS, 4)
    ((_, reply),) = annotator.replies(
        "summarise", [{"title": "El presidente", "text": "El presidente anuncia nuevas medidas hoy.", "language": "es"}]
    )
    assert annotator.name == "apertium+offline"
    assert '"translated": true' in reply.text
    assert "president" in reply.text.lower()
