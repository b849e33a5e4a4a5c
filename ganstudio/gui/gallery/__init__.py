"""Galleries: every named method and every preset as a card."""

from __future__ import annotations

from ganstudio.gui.gallery.gallery import Gallery, Offer
from ganstudio.gui.gallery.methods import STANDARD, MethodCard, MethodGallery
from ganstudio.gui.gallery.presets import PresetCard, preset_gallery

__all__ = ["STANDARD", "Gallery", "MethodCard", "MethodGallery", "Offer", "PresetCard", "preset_gallery"]
