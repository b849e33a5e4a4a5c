"""Small widgets that know nothing of GANs: fields, forms, pills, messages."""

from __future__ import annotations

from ganstudio.gui.widgets.choice_field import ChoiceField
from ganstudio.gui.widgets.clamped import ClampedLabel, FittingLabel
from ganstudio.gui.widgets.disclosure import Disclosure
from ganstudio.gui.widgets.equations import Equations, losses
from ganstudio.gui.widgets.flow import FlowLayout
from ganstudio.gui.widgets.label import ElidedLabel, Refusal, heading, label
from ganstudio.gui.widgets.message_bar import NOT_OPENED, Message, MessageBar
from ganstudio.gui.widgets.number_field import NumberField
from ganstudio.gui.widgets.panel import Line, Panel
from ganstudio.gui.widgets.pill import Pill, StatePill
from ganstudio.gui.widgets.segmented import SegmentedControl
from ganstudio.gui.widgets.settings_form import SettingsForm
from ganstudio.gui.widgets.steady_label import SteadyLabel
from ganstudio.gui.widgets.switch_field import SwitchField
from ganstudio.gui.widgets.weights_field import WeightsField

__all__ = [
    "NOT_OPENED",
    "ChoiceField",
    "ClampedLabel",
    "Disclosure",
    "ElidedLabel",
    "Equations",
    "FittingLabel",
    "FlowLayout",
    "Line",
    "Message",
    "MessageBar",
    "NumberField",
    "Panel",
    "Pill",
    "Refusal",
    "SegmentedControl",
    "SettingsForm",
    "StatePill",
    "SteadyLabel",
    "SwitchField",
    "WeightsField",
    "heading",
    "label",
    "losses",
]
