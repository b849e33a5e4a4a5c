"""Filter removal in a generator of which it is known who draws what."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from ganstudio.architecture import (
    Activation,
    BatchNorm,
    Branches,
    Convolution,
    Dense,
    GroupNorm,
    Input,
    Padding,
    Reshape,
    Slopes,
    TransposedConvolution,
    Upsample,
)
from ganstudio.checkpoints.generator import Generator
from ganstudio.checkpoints.model import check, read_model, write_model
from ganstudio.dissection.baking import NotBakedError, ablated
from ganstudio.dissection.changes import without
from ganstudio.dissection.edits import Removal, above, positive, random_maps, top
from ganstudio.dissection.feature_layers import FeatureLayerError, feature_layer, feature_layers
from ganstudio.dissection.regions import Box, RegionError
from ganstudio.dissection.removal import fit, gather, removal
from ganstudio.dissection.work import Progress, finished

N = 40
FIRST, SECOND = 2, 5
PLANTED = {FIRST: 2, SECOND: 1}
"""As in conftest.py: the layers with maps, and the map of each that paints squares."""


@pytest.fixture(scope="module")
def given(generator):
    return generator.draw(N, 1)


@pytest.fixture(scope="module")
def boxes(given, squares):
    return squares(given[0])


@pytest.fixture(scope="module")
def pictures(generator, given):
    return generator.sample(given)


@pytest.fixture(scope="module")
def fits(generator, given, boxes):
    return {layer: finished(removal(generator, given, boxes, layer)) for layer in (FIRST, SECOND)}


def in_boxes(pictures, boxes):
    return np.concatenate(
        [pictures[box.sample, 0, int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)].ravel() for box in boxes]
    )


# ---- which layers --------------------------------------------------------------------------------------


def test_layers_are_activations_that_give_maps_and_the_last_but_one_is_proposed(small):
    dcgan = (
        Reshape(channels=4, height=1, width=1),
        *(
            layer
            for inputs, outputs in ((4, 16), (16, 8), (8, 4), (4, 2))
            for layer in (
                TransposedConvolution(inputs=inputs, outputs=outputs, kernel=4, stride=2, padding=1, bias=False),
                BatchNorm(features=outputs),
                Activation(function="relu"),
            )
        ),
        TransposedConvolution(inputs=2, outputs=3, kernel=4, stride=2, padding=1),
        Activation(function="tanh"),
    )
    architecture = small(*dcgan).architecture
    found = feature_layers(architecture)
    assert [(one.index, one.maps, one.height) for one in found] == [(3, 16, 2), (6, 8, 4), (9, 4, 8), (12, 2, 16)]
    assert feature_layer(architecture).maps == 4
    assert found[0].title == "16 maps, 2 x 2"
    with pytest.raises(FeatureLayerError, match=r"layer 4 has no feature maps.*allowed: 3 \(16 maps, 2 x 2\), 6"):
        feature_layer(architecture, 4)


def test_projections_count_and_perceptrons_have_no_maps(small):
    projected = small(
        Dense(inputs=4, outputs=12),
        Activation(function="relu"),
        Reshape(channels=3, height=2, width=2),
        Convolution(inputs=3, outputs=1, kernel=1),
    )
    assert [(one.index, one.maps, one.made_by) for one in feature_layers(projected.architecture)] == [(2, 3, "dense")]
    perceptron = small(
        Dense(inputs=4, outputs=8),
        Activation(function="relu"),
        Dense(inputs=8, outputs=4),
        Activation(function="tanh"),
        Reshape(channels=1, height=2, width=2),
    )
    with pytest.raises(FeatureLayerError, match="no feature maps"):
        feature_layer(perceptron.architecture)


# ---- the regression ------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", [FIRST, SECOND])
def test_the_map_that_paints_squares_has_the_largest_weight(fits, layer):
    found = fits[layer]
    assert found.weights.argmax() == PLANTED[layer]
    assert found.weights[PLANTED[layer]] > 0.0
    assert found.accuracy > 0.95
    assert found.held_out > 0.9


@pytest.mark.parametrize("layer", [FIRST, SECOND])
def test_removing_it_erases_the_squares_and_leaves_the_rest(generator, given, boxes, pictures, squares, layer):
    after = generator.sample(given, without(Removal(layer, (PLANTED[layer],)).removed))
    assert in_boxes(pictures, boxes).mean() > 0.1
    assert in_boxes(after, boxes).mean() < -0.3
    unmarked = np.ones_like(pictures, bool)
    for sample, latent in enumerate(given[0]):
        for box in squares(np.where(latent > 0.5, 1.0, 0.0)[None]):
            unmarked[sample, 0, int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)] = False
    np.testing.assert_array_equal(after[unmarked], pictures[unmarked])


def test_random_maps_change_the_boxes_less(generator, given, boxes, pictures, fits):
    def change(maps):
        after = generator.sample(given, without(Removal(SECOND, maps).removed))
        return np.abs(in_boxes(after, boxes) - in_boxes(pictures, boxes)).mean()

    chosen = top(fits[SECOND].weights, 1)
    random = [change(random_maps(5, 1, seed)) for seed in range(8)]
    assert change(chosen) > 3 * np.median(random)
    assert change(chosen) >= max(random)


def test_the_fit_is_that_of_scikit_learn_on_the_same_cells(generator, given, boxes):
    cells = finished(gather(generator, given, boxes, FIRST))
    assert cells.inside.sum() == len(boxes) == (~cells.inside).sum()
    maps = generator.features(FIRST, given)
    first = boxes[0]
    np.testing.assert_array_equal(cells.features[0], maps[first.sample, :, int(first.y0 // 4), int(first.x0 // 4)])
    varies = cells.features.std(0) > 0
    scaled = cells.features[:, varies] / cells.features[:, varies].std(0, dtype=np.float64)
    model = LogisticRegression(C=0.25, tol=1e-8, max_iter=10_000).fit(scaled, cells.inside)
    found = finished(fit(cells, l2=4.0))
    np.testing.assert_allclose(found.weights[varies], model.coef_[0], atol=2e-3)
    assert not found.weights[~varies].any()


def test_cells_outside_are_of_the_boxed_pictures_and_drawn_by_seed(generator, given, boxes):
    few = boxes[:3]
    one, same, other = (finished(gather(generator, given, few, SECOND, seed)) for seed in (0, 0, 1))
    assert set(one.samples) == {box.sample for box in few}
    assert one.inside.sum() == 3 * 4 == (~one.inside).sum()
    np.testing.assert_array_equal(one.features, same.features)
    assert not np.array_equal(one.features, other.features)


def test_work_tells_how_far_it_is_and_can_be_cancelled(generator, given, boxes):
    said = []
    finished(removal(generator, given, boxes, FIRST), said.append)
    assert all(isinstance(one, Progress) and 0 <= one.done <= one.total for one in said)
    work = removal(generator, given, boxes, FIRST)
    next(work)
    work.close()


@pytest.mark.parametrize(
    ("boxes", "arguments", "message"),
    [
        ([], {}, "there are no boxes"),
        ([(0, 0, 0, 16, 16)], {}, "leave no cell of 4 x 4 outside"),
        ([(99, 0, 0, 1, 1)], {}, "no sample 99"),
        ([(0, 0, 0, 4, 4)], {"layer": 0}, "layer 0 has no feature maps"),
        ([(0, 0, 0, 4, 4)], {"l2": 0.0}, "l2: 0 is not allowed"),
    ],
)
def test_what_cannot_be_fitted_says_why(generator, given, boxes, arguments, message):
    with pytest.raises((RegionError, FeatureLayerError, ValueError), match=message):
        finished(removal(generator, given, boxes, **arguments))


def test_one_picture_has_nothing_to_hold_out(generator, given):
    found = finished(removal(generator, given, [Box(0, 4, 4, 8, 8)]))
    assert (found.inside, found.held_out) == (1, None)


# ---- which maps ----------------------------------------------------------------------------------------


def test_selections():
    weights = [0.5, -1.0, 0.0, 2.0, 0.5]
    assert positive(weights) == (0, 3, 4)
    assert above(weights, 0.5) == (3,)
    assert top(weights, 2) == (0, 3)
    assert top(weights, 99) == (0, 1, 2, 3, 4)
    assert top(weights, 0) == ()
    assert random_maps(50, 7, 3) == random_maps(50, 7, 3) != random_maps(50, 7, 4)
    assert len(set(random_maps(50, 7, 3))) == 7


# ---- zeroing -------------------------------------------------------------------------------------------


def test_nothing_removed_changes_no_bit_and_removing_twice_is_removing_once(generator, given, pictures):
    assert without(()) is without(Removal(FIRST).removed) is None
    once = without(((FIRST, (1, 4)),))
    twice = generator.sample(given, lambda index, x: once(index, once(index, x)))
    np.testing.assert_array_equal(generator.sample(given, once), twice)
    assert not np.array_equal(twice, pictures)
    np.testing.assert_array_equal(generator.sample(given), pictures)


NEXT = {
    "transposed": (TransposedConvolution(inputs=6, outputs=2, kernel=4, stride=2, padding=1),),
    "upsampled": (Upsample(mode="bilinear"), Convolution(inputs=6, outputs=2, kernel=3, padding=1)),
    "activated": (Activation(function="silu"), Convolution(inputs=6, outputs=2, kernel=3)),
    "dense": (
        Reshape(channels=96, height=0, width=0),
        Dense(inputs=96, outputs=8),
        Reshape(channels=2, height=2, width=2),
    ),
    "normalised": (BatchNorm(features=6), Convolution(inputs=6, outputs=2, kernel=3, padding=1)),
    "grouped": (Upsample(), GroupNorm(features=6, groups=2), Convolution(inputs=6, outputs=2, kernel=3)),
    "softened": (Activation(function="softplus"), Convolution(inputs=6, outputs=2, kernel=3, padding=1)),
}
MADE = {
    "bias": (TransposedConvolution(inputs=4, outputs=6, kernel=4),),
    "batch": (TransposedConvolution(inputs=4, outputs=6, kernel=4, bias=False), BatchNorm(features=6)),
    "plain batch": (TransposedConvolution(inputs=4, outputs=6, kernel=4), BatchNorm(features=6, affine=False)),
    "group": (TransposedConvolution(inputs=4, outputs=6, kernel=4), GroupNorm(features=6, groups=3)),
}


def last(ending):
    return (*ending, Convolution(inputs=2, outputs=1, kernel=1), Activation(function="tanh"))


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("ending", NEXT)
def test_weights_that_are_zeroed_do_what_zeroed_maps_do(small, made, ending):
    model = small(
        Reshape(channels=4, height=1, width=1), *MADE[made], Activation(function="leaky_relu"), *last(NEXT[ending])
    )
    layer = feature_layers(model.architecture)[0].index
    generator = Generator(model)
    given = generator.draw(5, 0)
    baked = ablated(model, layer, (5, 1, 1))
    check(baked)
    wanted = generator.sample(given, without(((layer, (1, 5)),)))
    np.testing.assert_array_equal(Generator(baked).sample(given), wanted)
    assert not np.array_equal(wanted, generator.sample(given))
    changed = [name for name, array in baked.tensors.items() if not np.array_equal(array, model.tensors.get(name))]
    behind = [name for name in changed if int(name.split(".")[0]) > layer]
    assert behind == changed or ending in ("normalised", "grouped", "softened")
    assert f"Of layer {layer} (6 maps, 4 x 4) 2 of 6 feature maps were removed: 1, 5." in baked.card.notes
    assert baked.name == "small without 2 maps"


def test_projected_maps_can_be_silenced(small):
    model = small(
        Dense(inputs=4, outputs=12),
        BatchNorm(features=12),
        Activation(function="relu"),
        Reshape(channels=3, height=2, width=2),
        BatchNorm(features=3),
        Convolution(inputs=3, outputs=1, kernel=1),
    )
    given = Generator(model).draw(5, 0)
    wanted = Generator(model).sample(given, without(((3, (2,)),)))
    np.testing.assert_array_equal(Generator(ablated(model, 3, (2,))).sample(given), wanted)


def test_none_removed_gives_the_same_tensors_and_the_original_is_not_touched(plant):
    model = plant()
    before = {name: array.copy() for name, array in model.tensors.items()}
    same = ablated(model, FIRST, ())
    assert (same.name, same.card) == (model.name, model.card)
    ablated(model, FIRST, range(6))
    for name, array in before.items():
        np.testing.assert_array_equal(model.tensors[name], array)
        np.testing.assert_array_equal(same.tensors[name], array)


def test_what_cannot_be_written_into_weights_says_why(small):
    model = small(
        Reshape(channels=4, height=1, width=1),
        *MADE["bias"],
        Activation(function="sigmoid"),
        *last(NEXT["normalised"]),
    )
    with pytest.raises(NotBakedError, match="sigmoid makes no zeros"):
        ablated(model, 2, (0,))
    with pytest.raises(NotBakedError, match="has maps 0 to 5"):
        ablated(model, 2, (6,))


def test_an_ablated_model_is_a_file_like_any_other(tmp_path, plant, generator, given):
    path = tmp_path / "ablated.safetensors"
    write_model(path, ablated(plant(), SECOND, (0, 1, 2), "gone"))
    read = read_model(path)
    assert read.name == "gone"
    assert read.card.notes.endswith("3 of 5 feature maps were removed: 0-2.")
    wanted = generator.sample(given, without(((SECOND, (0, 1, 2)),)))
    np.testing.assert_array_equal(Generator(read).sample(given), wanted)


def test_conditional_generators_are_fitted_as_well(small):
    model = small(
        Reshape(channels=6, height=1, width=1),
        TransposedConvolution(inputs=6, outputs=3, kernel=4),
        Activation(function="relu"),
        Convolution(inputs=3, outputs=1, kernel=1),
        inputs=(Input(kind="latent", size=4), Input(kind="label", size=2)),
    )
    generator = Generator(model)
    found = finished(removal(generator, generator.draw(4, 0), [(0, 0, 0, 2, 2), (3, 1, 1, 3, 3)]))
    assert found.weights.shape == (3,)


def test_maps_of_residual_blocks_are_chosen_behind_them_and_removed_by_what_sees_them(small):
    block = Branches(rows=((Convolution(inputs=4, outputs=4, kernel=3, padding=1), BatchNorm(features=4)), ()))
    behind = BatchNorm(features=4), Slopes(features=4), Padding(margin=1), Convolution(inputs=4, outputs=1, kernel=3)
    model = small(Reshape(channels=4, height=1, width=1), Upsample(factor=4), block, *behind)
    [layer] = feature_layers(model.architecture)
    assert (layer.index, layer.maps, layer.function, layer.made_by) == (4, 4, "prelu", "branches")
    generator = Generator(model)
    inputs = generator.draw(6, 0)
    wanted = generator.sample(inputs, without(((4, (1, 3)),)))
    assert np.abs(wanted - generator.sample(inputs)).max() > 1e-3
    np.testing.assert_array_equal(Generator(ablated(model, 4, (1, 3))).sample(inputs), wanted)


def test_what_several_layers_add_up_to_is_not_silenced_in_weights(small):
    block = Branches(rows=((Convolution(inputs=4, outputs=4, kernel=3, padding=1),), ()))
    behind = Activation(function="relu"), BatchNorm(features=4), Convolution(inputs=4, outputs=1, kernel=1)
    model = small(Reshape(channels=4, height=1, width=1), Upsample(factor=4), block, *behind)
    with pytest.raises(NotBakedError, match="several layers add up to its maps"):
        ablated(model, 3, (0,))
