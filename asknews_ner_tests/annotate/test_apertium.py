"""Apertium is optional: with it installed its English is used and marked; without it nothing changes."""

import shutil

import pytest

from asknews_ner.annotate.annotator import Request
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
    program.write_text('#!/bin/sh\nif [ "$1" = "-l" ]; then echo "spa-eng\n  pt-es"; fi\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    apertium.installed_pairs.cache_clear()
    try:
        assert apertium.chain("es") == ("spa-eng",)
        assert apertium.chain("pt") == ("pt-es", "spa-eng")
        assert apertium.chain("fr") == ()
        assert apertium.chain("de") == ()
        assert apertium.translate("Hola.", "es") is None
    finally:
        apertium.installed_pairs.cache_clear()


@pytest.mark.skipif(shutil.which("apertium") is None, reason="Apertium is not installed (apt install apertium apertium-eng-spa)")
def test_spanish_becomes_english_and_is_marked():
    annotator = OfflineAnnotator(PARAMS, 4)
    replies = []
    task_input = {"title": "El presidente", "text": "El presidente anuncia nuevas medidas hoy.", "language": "es"}
    annotator.answer(
        "summarise", [Request(0, task_input, annotator.first_decoding("summarise"), "k")], lambda _, reply: replies.append(reply)
    )
    assert annotator.name == "apertium+offline"
    assert '"translated": true' in replies[0].text
    assert "president" in replies[0].text.lower()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "O governo anunciou novas medidas."),
        ("fr", "Le gouvernement a annoncé de nouvelles mesures."),
        ("it", "Il governo annuncia nuove misure."),
    ],
)
def test_others_go_through_spanish_where_their_pair_is_installed(language, text):
    if not apertium.chain(language):
        pytest.skip(
            "no chain into English (apt install --no-install-recommends apertium-eng-spa apertium-es-pt apertium-fr-es apertium-spa-ita cg3)"
        )
    assert "new measures" in (apertium.translate(text, language) or "")
