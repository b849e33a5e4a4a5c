"""The column beside the units: layer and pictures, concept or brush, causal effects, and the unit that is looked at."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QPushButton, QWidget

from ganstudio.gui import theme
from ganstudio.gui.images.inside.column import SettingsColumn
from ganstudio.gui.images.inside.rows import ProgressRow, explain, row
from ganstudio.gui.images.inside.units.brush_section import BrushSection
from ganstudio.gui.images.inside.units.concept_section import ConceptSection
from ganstudio.gui.images.inside.units.dissecting import MOST_PICTURES, Dissecting, Level
from ganstudio.gui.images.inside.units.painting import Painting
from ganstudio.gui.images.picture_grid import PictureGrid
from ganstudio.gui.widgets import ChoiceField, ElidedLabel, NumberField, Refusal, SegmentedControl, heading, label
from ganstudio.image_messages import Pixels

__all__ = ["UnitPanel"]

DETAIL = 4
"""Columns of the unit's top pictures."""


class UnitPanel(SettingsColumn):
    """Settings of a `Dissecting` and a `Painting`."""

    def __init__(self, dissecting: Dissecting, painting: Painting, parent: QWidget | None = None) -> None:
        super().__init__(7, parent)
        self._dissecting = dissecting
        self.layer = ChoiceField()
        self.layer.setAccessibleName(self.tr("Layer"))
        self.layer.setToolTip(self.tr("The layer whose feature maps are the units, after its activation"))
        self.count = NumberField(whole=True, low=1, high=MOST_PICTURES)
        self.count.line.setAccessibleName(self.tr("Pictures"))
        self.count.setToolTip(self.tr("How many samples are looked at; the first 24 are shown"))
        self.seed = NumberField(whole=True, low=0, high=2**63 - 1)
        self.seed.line.setAccessibleName(self.tr("Seed of the pictures"))
        self.level = SegmentedControl({"share": self.tr("top share"), "informative": self.tr("informative")})
        self.level.setAccessibleName(self.tr("From where on a unit is on"))
        self.share = NumberField(low=0.01, high=50.0, unit="%")
        self.share.line.setAccessibleName(self.tr("Top share"))
        self.looking = ProgressRow(dissecting.looking, self.tr("Looking at the units"))
        self.again = QPushButton(self.tr("Look again"))
        self.refusal = Refusal()
        self.concept = ConceptSection(dissecting)
        self.brush = BrushSection(dissecting, painting)
        self.rank = QPushButton(self.tr("Rank by causal effect"))
        self.rank.setProperty("role", "primary")
        self.causing = ProgressRow(dissecting.causing, self.tr("Measuring causal effects"))
        self.needs = label(self.tr("Needs a concept"), "small")
        self.effect_refusal = Refusal()
        self.top = PictureGrid(self.tr("Top pictures of the unit"), takes=False)
        self.look = SegmentedControl({"heat": self.tr("heat"), "on": self.tr("on")})
        self.look.setAccessibleName(self.tr("How a unit's map is shown"))
        self.look.button("heat").setToolTip(self.tr("Tint the top pictures by activation; the unit's peak is deepest"))
        self.look.button("on").setToolTip(self.tr("Darken the top pictures where the unit is off"))
        self.about = label("", "small")
        self.about.setWordWrap(True)
        self._explain()
        self._lay_out()
        self._connect()
        self._restyle()
        self.follow_model()

    def _explain(self) -> None:
        explain(
            self.level.button("share"),
            self.tr(
                "A unit is on in the cells that hold the largest share of its activations over all pictures: 0.5 % in "
                "Network Dissection (Bau et al. 2017). Agreement (IoU) is then at most that share over the concept's."
            ),
        )
        explain(
            self.level.button("informative"),
            self.tr(
                "A unit is on above the level at which that tells most of the concept: the largest mutual information "
                "as a share of the joint entropy, as in GAN Dissection (Bau et al. 2019). Without a concept, the top "
                "0.5 %."
            ),
        )
        self.share.setToolTip(self.tr("Share of a unit's cells, over all pictures, in which it counts as on"))
        explain(
            self.rank,
            self.tr(
                "Average causal effect (Bau et al. 2019): how much more of the concept is seen in pictures with the "
                "unit inserted, at its mean over the concept, than with it ablated, at 0; as a share of pixels, over "
                "16 pictures, with the unit set everywhere. For a drawn concept the unit is set in the marked cells, "
                "and the effect is the mean difference of the marked pixels, black to white being 1."
            ),
        )

    def _lay_out(self) -> None:
        column = self.column
        form = QFormLayout()
        form.setSpacing(6)
        form.addRow(label(self.tr("Layer"), "muted"), self.layer)
        form.addRow(label(self.tr("Pictures"), "muted"), self.count)
        form.addRow(label(self.tr("Seed"), "muted"), self.seed)
        form.addRow(label(self.tr("On in"), "muted"), self.level)
        form.addRow(label(self.tr("Share"), "muted"), self.share)
        column.addLayout(form)
        column.addWidget(self.looking)
        column.addWidget(self.again)
        column.addWidget(self.refusal)
        self._concept_heading, self._brush_heading = heading(self.tr("Concept")), heading(self.tr("Brush"))
        column.addWidget(self._concept_heading)
        column.addWidget(self.concept)
        column.addWidget(self._brush_heading)
        column.addWidget(self.brush)
        column.addWidget(self.rank)
        column.addWidget(self.needs)
        column.addWidget(self.causing)
        column.addWidget(self.effect_refusal)
        self._unit_heading = ElidedLabel("", "heading")
        column.addLayout(row((self._unit_heading, 1), (self.look, 0)))
        column.addWidget(self.top)
        column.addWidget(self.about)
        column.addStretch(1)

    def _connect(self) -> None:
        dissecting = self._dissecting
        dissecting.model_changed.connect(self.follow_model)
        dissecting.concept_changed.connect(self.follow)
        dissecting.units_changed.connect(self.follow)
        for asking, refusal in ((dissecting.looking, self.refusal), (dissecting.causing, self.effect_refusal)):
            asking.busy_changed.connect(self.follow)
            asking.failed.connect(refusal.say)
        self.layer.edited.connect(self._on_layer)
        self.count.edited.connect(dissecting.set_count)
        self.seed.edited.connect(dissecting.set_seed)
        self.level.chosen.connect(self._on_level)
        self.share.edited.connect(self._on_level)
        self.again.clicked.connect(dissecting.look)
        self.rank.clicked.connect(dissecting.ask_effects)
        theme.current().changed.connect(self._restyle)

    # ---- following -------------------------------------------------------------------------------------

    def show_part(self, part: str) -> None:
        """Show the settings of what is above the units: "mark" or "paint"."""
        parts: dict[str, tuple[QWidget, ...]] = {
            "mark": (self._concept_heading, self.concept),
            "paint": (self._brush_heading, self.brush),
        }
        for name, widgets in parts.items():
            for widget in widgets:
                widget.setVisible(name == part)

    def follow_model(self) -> None:
        """Offer the layers of another model."""
        dissecting = self._dissecting
        self.effect_refusal.say("")
        self.layer.set_choices({str(one.index): one.title for one in dissecting.layers})
        self.layer.set_value(str(dissecting.layer))
        lacking = dissecting.model is not None and not dissecting.layers
        self.refusal.say(self.tr("This generator has no layer with feature maps.") if lacking else "")
        self.follow()

    def follow(self) -> None:
        """Show what is set."""
        dissecting = self._dissecting
        usable = dissecting.layer is not None
        for field in (self.layer, self.count, self.seed, self.level, self.share):
            field.setEnabled(usable)
        self.count.set_value(dissecting.count)
        self.seed.set_value(dissecting.seed)
        self.level.set_current(dissecting.level)
        self.share.set_value(round(100 * dissecting.share, 6))
        self.share.setEnabled(usable and dissecting.level == "share")
        if dissecting.looking.busy:
            self.refusal.say("")
        if dissecting.causing.busy:
            self.effect_refusal.say("")
        self.again.setVisible(usable and not dissecting.looking.busy and dissecting.units is None)
        self.rank.setVisible(not dissecting.causing.busy)
        known = dissecting.region is not None
        self.rank.setEnabled(usable and known)
        self.needs.setVisible(usable and not known)

    def show_unit(self, title: str, about: str, pictures: Pixels | None) -> None:
        """Show a unit's top pictures, or nothing."""
        shown = pictures is not None
        self._unit_heading.setText(title)
        for widget in (self._unit_heading, self.look, self.top, self.about):
            widget.setVisible(shown)
        self.about.setText(about)
        if pictures is not None:
            self.top.set_pictures(pictures, -(-len(pictures) // DETAIL), DETAIL)

    # ---- what a person does ----------------------------------------------------------------------------

    def _on_layer(self, index: str) -> None:
        self._dissecting.set_layer(int(index))

    def _on_level(self) -> None:
        level: Level = "share" if self.level.current == "share" else "informative"
        self._dissecting.set_level(level, float(self.share.value()) / 100)
        self.follow()

    def _restyle(self) -> None:
        self.top.setFixedHeight(round(126 * theme.current().scale))
