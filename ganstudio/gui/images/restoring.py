"""From a sheet that was dropped on the window back to what was set when it was made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ganstudio.checkpoints import inputs
from ganstudio.gui.images.explorer import Mode
from ganstudio.gui.images.moment import Blend, Moment
from ganstudio.gui.images.opened import OpenedModel
from ganstudio.sheets.picture import Sheet

__all__ = ["restored"]


def restored(model: OpenedModel, sheet: Sheet) -> tuple[Moment, Mode, str]:
    """Return what was set, what the grid showed, and the code that changed along the rows.

    Raises
    ------
    InputError
        If the model is not told what the sheet says.
    """
    recipe = sheet.recipe
    recipe.given(model.architecture, sheet.latents)  # says what does not fit before anything is changed
    moment = Moment.first(model, recipe.seed)
    values = {**moment.values, **recipe.values}
    blend = None
    for name, shares in recipe.shares.items():
        largest = np.argsort(shares)[::-1]
        values[name] = float(largest[0])
        blend = Blend(name, int(largest[1]), float(shares[largest[1]]))
    swept = recipe.down or recipe.across
    fixed = frozenset([*recipe.values, *recipe.shares])
    if swept and recipe.drawn == 1:
        fixed = frozenset()
    moment = replace(moment, truncation=recipe.truncation, values=values, fixed=fixed, blend=blend)
    code = recipe.across.name if recipe.across is not None else ""
    if sheet.latents is not None:
        own = inputs.latents(model.architecture, sheet.latents)
        if recipe.drawn == 1:
            moment = replace(moment, offset=np.asarray(own[0], np.float64) - moment.base(model))
        else:
            moment = replace(moment, own=own, source=(-1, 0))
    return moment, "by" if swept else "samples", code
