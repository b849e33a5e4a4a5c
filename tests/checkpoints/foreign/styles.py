"""Generators as other people write them: each a module, how it is called, and what its file does not tell."""

from __future__ import annotations

import functools
import importlib.util
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations, spectral_norm, weight_norm

_spec = importlib.util.spec_from_file_location("more_styles", Path(__file__).with_name("more_styles.py"))
more = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(more)

N = 5
"""Pictures that are compared."""


@dataclass(frozen=True)
class Style:
    """One generator.

    Attributes
    ----------
    make
        Its module, of few maps.
    latent, classes
        What it is given: latents alone, or labels too.
    call
        How the module is called with latents (N, latent) and labels (N,).
    picture
        What comes out.
    choices
        What has to be said because the usual answer is another one.
    """

    make: Callable[[], nn.Module]
    latent: int
    picture: tuple[int, int, int]
    classes: int = 0
    call: Callable[[nn.Module, Tensor, Tensor], Tensor] = lambda net, z, y: net(z[:, :, None, None])
    choices: dict[str, str] = field(default_factory=dict)


def plain(net: nn.Module, z: Tensor, y: Tensor) -> Tensor:
    return net(z)


def labelled(net: nn.Module, z: Tensor, y: Tensor) -> Tensor:
    return net(z, y)


# ---- transposed convolutions -----------------------------------------------------------------------------------------


class OfficialDCGAN(nn.Module):
    """https://github.com/pytorch/examples/blob/main/dcgan/main.py."""

    def __init__(self, nz=100, ngf=4, nc=3):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(nz, ngf * 8, 4, 1, 0, bias=False),
            nn.BatchNorm2d(ngf * 8),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 8, ngf * 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 4),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 4, ngf * 2, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf * 2),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf * 2, ngf, 4, 2, 1, bias=False),
            nn.BatchNorm2d(ngf),
            nn.ReLU(True),
            nn.ConvTranspose2d(ngf, nc, 4, 2, 1, bias=False),
            nn.Tanh(),
        )

    def forward(self, x):
        return self.main(x)


def dcgan_28_by_seven() -> nn.Module:
    return nn.Sequential(
        nn.ConvTranspose2d(64, 16, 7, 1, 0, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 1, 4, 2, 1),
        nn.Tanh(),
    )


def dcgan_28_by_three() -> nn.Module:
    """The official one with a 3 x 3 kernel that makes 7 of 4."""
    return nn.Sequential(
        nn.ConvTranspose2d(100, 16, 4, 1, 0, bias=False),
        nn.BatchNorm2d(16),
        nn.ReLU(True),
        nn.ConvTranspose2d(16, 12, 3, 2, 1, bias=False),
        nn.BatchNorm2d(12),
        nn.ReLU(True),
        nn.ConvTranspose2d(12, 8, 4, 2, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(True),
        nn.ConvTranspose2d(8, 1, 4, 2, 1, bias=False),
        nn.Tanh(),
    )


def dcgan_28_by_cutting() -> nn.Module:
    """32 pixels and a 1 x 1 kernel that pads them away, as in a well-known pretrained file for MNIST."""
    layers: list[nn.Module] = []
    for takes, gives in ((100, 32), (32, 16), (16, 8), (8, 4)):
        sizes = (4, 1, 0) if takes == 100 else (4, 2, 1)
        layers += [nn.ConvTranspose2d(takes, gives, *sizes, bias=False), nn.BatchNorm2d(gives), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(4, 1, 1, 1, 2, bias=False), nn.Tanh())


class Blocks(nn.Module):
    """Blocks within a Sequential, without any padding, as in a well-known course."""

    def __init__(self):
        super().__init__()
        self.gen = nn.Sequential(
            self.block(64, 16, 3, 2),
            self.block(16, 8, 4, 1),
            self.block(8, 4, 3, 2),
            nn.Sequential(nn.ConvTranspose2d(4, 1, 4, 2), nn.Tanh()),
        )

    @staticmethod
    def block(takes, gives, kernel, stride):
        return nn.Sequential(nn.ConvTranspose2d(takes, gives, kernel, stride), nn.BatchNorm2d(gives), nn.ReLU())

    def forward(self, z):
        return self.gen(z)


def cartoon_faces() -> nn.Module:
    """96 pixels by a last kernel of 5 with a stride of 3."""
    layers: list[nn.Module] = []
    for takes, gives in ((100, 32), (32, 16), (16, 8), (8, 4)):
        sizes = (4, 1, 0) if takes == 100 else (4, 2, 1)
        layers += [
            nn.Sequential(nn.ConvTranspose2d(takes, gives, *sizes, bias=False), nn.BatchNorm2d(gives), nn.ReLU())
        ]
    return nn.Sequential(*layers, nn.Sequential(nn.ConvTranspose2d(4, 3, 5, 3, 1, bias=False), nn.Tanh()))


def blocks_of_three() -> nn.Module:
    """64 pixels without any padding."""
    sizes = ((64, 16), (16, 8), (8, 6), (6, 4))
    blocks = [Blocks.block(takes, gives, 3, 2) for takes, gives in sizes]
    return nn.Sequential(*blocks, nn.Sequential(nn.ConvTranspose2d(4, 3, 4, 2), nn.Tanh()))


class Named(nn.Module):
    """Layers with names of their own, all normalisations behind all convolutions, biases, functions in forward."""

    def __init__(self):
        super().__init__()
        self.first_up = nn.ConvTranspose2d(20, 16, 4, 1, 0)
        self.second_up = nn.ConvTranspose2d(16, 8, 4, 2, 1)
        self.to_colours = nn.ConvTranspose2d(8, 3, 4, 2, 1)
        self.norm_a = nn.BatchNorm2d(16)
        self.norm_b = nn.BatchNorm2d(8)

    def forward(self, z):
        z = F.relu(self.norm_a(self.first_up(z)))
        return torch.tanh(self.to_colours(F.relu(self.norm_b(self.second_up(z)))))


def without_norm() -> nn.Module:
    return nn.Sequential(
        nn.ConvTranspose2d(16, 12, 4, 1, 0),
        nn.ReLU(),
        nn.ConvTranspose2d(12, 8, 4, 2, 1),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 6, 4, 2, 1),
        nn.ReLU(),
        nn.ConvTranspose2d(6, 3, 4, 2, 1),
        nn.Tanh(),
    )


def with_dropout() -> nn.Module:
    """Dropout and an activation before the normalisation move all indices."""
    return nn.Sequential(
        nn.ConvTranspose2d(24, 16, 4, 1, 0),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.Dropout2d(0.3),
        nn.ConvTranspose2d(16, 8, 4, 2, 1),
        nn.ReLU(),
        nn.BatchNorm2d(8),
        nn.Dropout2d(0.3),
        nn.ConvTranspose2d(8, 4, 4, 2, 1),
        nn.Identity(),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.ConvTranspose2d(4, 1, 4, 2, 1),
        nn.Tanh(),
    )


class DenseFirst(nn.Module):
    """A dense layer, its output as maps, then kernels of 4; no function behind the dense layer."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(100, 16 * 4 * 4)
        self.t_conv1 = nn.Sequential(nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8))
        self.t_conv2 = nn.Sequential(nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False), nn.BatchNorm2d(4))
        self.t_conv3 = nn.Sequential(nn.ConvTranspose2d(4, 3, 4, 2, 1))

    def forward(self, x):
        out = self.fc(x).view(-1, 16, 4, 4)
        out = F.relu(self.t_conv1(out))
        out = F.relu(self.t_conv2(out))
        return torch.tanh(self.t_conv3(out))


def tutorial_dense() -> nn.Module:
    """A dense layer with its own normalisation and activation, then kernels of 5, all in one Sequential."""
    return nn.Sequential(
        nn.Linear(50, 16 * 7 * 7, bias=False),
        nn.BatchNorm1d(16 * 7 * 7),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (16, 7, 7)),
        nn.ConvTranspose2d(16, 8, 5, 1, 2, bias=False),
        nn.BatchNorm2d(8),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(8, 4, 5, 2, 2, output_padding=1, bias=False),
        nn.BatchNorm2d(4),
        nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(4, 1, 5, 2, 2, output_padding=1, bias=False),
        nn.Tanh(),
    )


def kernels_of_two() -> nn.Module:
    return nn.Sequential(
        nn.Linear(12, 128),
        nn.ReLU(),
        nn.Unflatten(1, (8, 4, 4)),
        nn.ConvTranspose2d(8, 6, 2, 2),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.ConvTranspose2d(6, 4, 2, 2),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.ConvTranspose2d(4, 3, 2, 2),
        nn.Tanh(),
    )


def latent_by_convolution() -> nn.Module:
    """A 1 x 1 convolution in front, a 3 x 3 one at the end."""
    return nn.Sequential(
        nn.Conv2d(30, 16, 1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, 1, 0),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 6, 4, 2, 1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.ConvTranspose2d(6, 6, 4, 2, 1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.Conv2d(6, 3, 3, 1, 1),
        nn.Tanh(),
    )


def spectral() -> nn.Module:
    """Both of PyTorch's spectral normalisations, on a weight whose axes are alike, too."""
    return nn.Sequential(
        parametrizations.spectral_norm(nn.ConvTranspose2d(16, 12, 4, 1, 0)),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        spectral_norm(nn.ConvTranspose2d(12, 12, 4, 2, 1)),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        spectral_norm(nn.ConvTranspose2d(12, 6, 4, 2, 1, bias=False)),
        nn.ReLU(),
        parametrizations.weight_norm(nn.Conv2d(6, 3, 3, 1, 1)),
        nn.Tanh(),
    )


def old_weight_norm() -> nn.Module:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return nn.Sequential(
            weight_norm(nn.Linear(8, 64)),
            nn.PReLU(),
            nn.Unflatten(1, (4, 4, 4)),
            weight_norm(nn.ConvTranspose2d(4, 4, 4, 2, 1)),
            nn.PReLU(),
            nn.ConvTranspose2d(4, 1, 4, 2, 1),
            nn.Tanh(),
        )


# ---- upsampling and convolutions -------------------------------------------------------------------------------------


class Upsampling(nn.Module):
    """https://github.com/eriklindernoren/PyTorch-GAN/blob/master/implementations/dcgan/dcgan.py."""

    def __init__(self, latent=100, size=32, channels=1, maps=16):
        super().__init__()
        self.init_size, self.maps = size // 4, maps
        self.l1 = nn.Sequential(nn.Linear(latent, maps * self.init_size**2))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(maps),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(maps, maps, 3, stride=1, padding=1),
            nn.BatchNorm2d(maps, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(maps, maps // 2, 3, stride=1, padding=1),
            nn.BatchNorm2d(maps // 2, 0.8),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(maps // 2, channels, 3, stride=1, padding=1),
            nn.Tanh(),
        )

    def forward(self, z):
        out = self.l1(z)
        return self.conv_blocks(out.view(out.shape[0], self.maps, self.init_size, self.init_size))


class Multiplied(Upsampling):
    """ACGAN of the same collection: the label's embedding times the latent."""

    def __init__(self):
        super().__init__(latent=20)
        self.label_emb = nn.Embedding(10, 20)

    def forward(self, z, y):
        return super().forward(torch.mul(self.label_emb(y), z))


class Unused(Upsampling):
    """SGAN of the same collection: it has the same embedding, and nothing looks at it."""

    def __init__(self):
        super().__init__(latent=20)
        self.label_emb = nn.Embedding(10, 20)


class Smooth(nn.Module):
    """Bilinear enlargement in front of every convolution but the last, functions in forward."""

    def __init__(self):
        super().__init__()
        self.project = nn.Linear(16, 12 * 4 * 4)
        self.conv1, self.bn1 = nn.Conv2d(12, 8, 3, padding=1), nn.BatchNorm2d(8)
        self.conv2, self.bn2 = nn.Conv2d(8, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.conv3, self.bn3 = nn.Conv2d(6, 4, 3, padding=1), nn.BatchNorm2d(4)
        self.conv4 = nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, z):
        x = F.relu(self.project(z).view(-1, 12, 4, 4))
        for conv, norm in ((self.conv1, self.bn1), (self.conv2, self.bn2), (self.conv3, self.bn3)):
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = F.relu(norm(conv(x)))
        return torch.sigmoid(self.conv4(x))


def grouped_upsampling() -> nn.Module:
    """Instance normalisation with parameters, enlargement at the front of each block."""

    def block(takes, gives):
        return nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(takes, gives, 3, padding=1),
            nn.InstanceNorm2d(gives, affine=True),
            nn.LeakyReLU(0.2),
        )

    return nn.Sequential(
        nn.ConvTranspose2d(10, 12, 4), nn.LeakyReLU(0.2), block(12, 8), block(8, 6), nn.Conv2d(6, 3, 1), nn.Tanh()
    )


# ---- dense layers ----------------------------------------------------------------------------------------------------


class Dense(nn.Module):
    """https://github.com/eriklindernoren/PyTorch-GAN/blob/master/implementations/gan/gan.py."""

    def __init__(self, latent=100, widths=(16, 24, 32, 40), shape=(1, 28, 28)):
        super().__init__()
        self.shape = shape
        layers: list[nn.Module] = []
        for index, (takes, gives) in enumerate(zip((latent, *widths), widths, strict=False)):
            layers += [nn.Linear(takes, gives), *([nn.BatchNorm1d(gives, 0.8)] if index else []), nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*layers, nn.Linear(widths[-1], shape[0] * shape[1] * shape[2]), nn.Tanh())

    def forward(self, z):
        return self.model(z).view(len(z), *self.shape)


class DenseLabelled(Dense):
    """Conditional GAN of the same collection: the label's embedding, then the latent."""

    def __init__(self):
        super().__init__(110, shape=(3, 32, 32))
        self.label_emb = nn.Embedding(10, 10)

    def forward(self, z, y):
        return super().forward(torch.cat((self.label_emb(y), z), -1))


class CourseDense(nn.Module):
    """Blocks of dense layers with normalisation, and a sigmoid."""

    def __init__(self):
        super().__init__()
        widths = (10, 16, 24, 32)
        self.gen = nn.Sequential(
            *(
                nn.Sequential(nn.Linear(takes, gives), nn.BatchNorm1d(gives), nn.ReLU(inplace=True))
                for takes, gives in itertools.pairwise(widths)
            ),
            nn.Linear(32, 784),
            nn.Sigmoid(),
        )

    def forward(self, z):
        return self.gen(z)


class Decoder(nn.Module):
    """A decoder with one hidden layer."""

    def __init__(self):
        super().__init__()
        self.fc3 = nn.Linear(20, 40)
        self.fc4 = nn.Linear(40, 784)

    def forward(self, z):
        return torch.sigmoid(self.fc4(F.relu(self.fc3(z))))


# ---- labels ----------------------------------------------------------------------------------------------------------


class OneHot(OfficialDCGAN):
    """The official one with a one-hot label behind the latent."""

    def __init__(self):
        super().__init__(nz=110, nc=1)

    def forward(self, z, y):
        return super().forward(torch.cat([z, F.one_hot(y, 10).float()], 1)[:, :, None, None])


class LabelFirst(nn.Module):
    """An embedding that is defined last, is called anything, and stands behind the latent."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.ConvTranspose2d(26, 12, 4, 1, 0),
            nn.BatchNorm2d(12),
            nn.ReLU(),
            nn.ConvTranspose2d(12, 8, 4, 2, 1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 3, 4, 2, 1),
            nn.Tanh(),
        )
        self.what = nn.Embedding(7, 6)

    def forward(self, z, y):
        return self.net(torch.cat([z, self.what(y)], 1)[:, :, None, None])


STYLES: dict[str, Style] = {
    "official": Style(OfficialDCGAN, 100, (3, 64, 64)),
    "seven": Style(dcgan_28_by_seven, 64, (1, 28, 28)),
    "three": Style(dcgan_28_by_three, 100, (1, 28, 28)),
    "cutting": Style(dcgan_28_by_cutting, 100, (1, 28, 28)),
    "blocks": Style(Blocks, 64, (1, 28, 28)),
    "cartoon_faces": Style(cartoon_faces, 100, (3, 96, 96)),
    "blocks_of_three": Style(blocks_of_three, 64, (3, 64, 64)),
    "named": Style(Named, 20, (3, 16, 16)),
    "without_norm": Style(without_norm, 16, (3, 32, 32)),
    "dropout": Style(with_dropout, 24, (1, 32, 32)),
    "dense_first": Style(DenseFirst, 100, (3, 32, 32), call=plain),
    "tutorial": Style(tutorial_dense, 50, (1, 28, 28), call=plain, choices={"activation": "leaky_relu_0.2"}),
    "kernels_of_two": Style(kernels_of_two, 12, (3, 32, 32), call=plain),
    "by_convolution": Style(latent_by_convolution, 30, (3, 16, 16)),
    "spectral": Style(spectral, 16, (3, 16, 16)),
    "weight_norm": Style(old_weight_norm, 8, (1, 16, 16), call=plain),
    "upsampling": Style(Upsampling, 100, (1, 32, 32), call=plain),
    "upsampling_64": Style(lambda: Upsampling(size=64, channels=3), 100, (3, 64, 64), call=plain),
    "multiplied": Style(Multiplied, 20, (1, 32, 32), 10, labelled),
    "smooth": Style(
        Smooth,
        16,
        (3, 32, 32),
        call=plain,
        choices={"upsample": "bilinear", "output": "sigmoid", "activation": "relu", "dense_activation": "yes"},
    ),
    "instance_norm": Style(grouped_upsampling, 10, (3, 16, 16)),
    "dense": Style(Dense, 100, (1, 28, 28), call=plain),
    "dense_labelled": Style(DenseLabelled, 100, (3, 32, 32), 10, labelled),
    "course_dense": Style(CourseDense, 10, (1, 28, 28), call=plain),
    "decoder": Style(Decoder, 20, (1, 28, 28), call=plain),
    "one_hot": Style(OneHot, 100, (1, 64, 64), 10, labelled),
    "embedding_last": Style(LabelFirst, 20, (3, 16, 16), 7, labelled),
    "wasserstein": Style(more.wasserstein, 100, (3, 32, 32)),
    "gan_zoo": Style(more.gan_zoo, 120, (3, 32, 32)),
    "two_dense": Style(more.TwoDense, 62, (1, 28, 28), call=plain),
    "defined_last": Style(more.DeconvFirst, 128, (3, 32, 32), call=plain),
    "learned_slopes": Style(more.learned_slopes, 30, (3, 16, 16)),
    "one_slope": Style(more.OneSlope, 20, (3, 16, 16)),
    "ending_in_convolution": Style(more.ending_in_convolution, 100, (3, 16, 16), call=plain),
    "attending": Style(more.Attending, 128, (3, 32, 32)),
    "attending_inside": Style(more.attending_inside, 20, (3, 16, 16)),
    "mimicry": Style(more.Mimicry, 128, (3, 32, 32), call=plain),
    "residual": Style(more.Residual, 128, (3, 32, 32), call=plain),
    "registered_twice": Style(more.RegisteredTwice, 128, (3, 32, 32), call=plain),
    "unnormalised": Style(more.Unnormalised, 100, (1, 32, 32), call=plain),
    "unused_label": Style(Unused, 20, (1, 32, 32), call=plain, choices={"embedding": "not used"}),
    "shuffled": Style(more.shuffled, 64, (3, 32, 32), call=plain),
    "mirrored": Style(more.mirrored, 64, (3, 32, 32), call=plain),
    "two_deconvs": Style(more.TwoDeconvs, 100, (1, 32, 32), 10, labelled),
    "two_linear": Style(more.TwoLinear, 100, (1, 28, 28), 10, labelled),
    "label_as_map": Style(more.LabelAsMap, 100, (1, 28, 28), 10, labelled),
    "unseen": Style(more.unseen, 30, (3, 32, 32), choices={"unseen": "instance"}),
    "label_through_layer": Style(more.LabelThroughLayer, 20, (3, 32, 32), 5, labelled),
    "own_normalisation": Style(more.own_normalisation, 20, (3, 16, 16)),
    "one_width": Style(more.one_width, 10, (1, 32, 32), call=plain),
    "label_last": Style(more.LabelLast, 100, (1, 28, 28), 10, labelled),
    "short": Style(more.short, 64, (1, 28, 28), call=plain),
}


@functools.cache
def trained(name: str) -> nn.Module:
    """Return a generator in evaluation mode whose running statistics are those of a few batches; leave it as it is."""
    torch.manual_seed(sum(name.encode()))
    style = STYLES[name]
    net = style.make()
    for parameter in net.parameters():
        if parameter.ndim == 1:
            nn.init.uniform_(parameter, 0.2, 1.5)
    for _ in range(3):
        called(name, net)
    return net.eval()


def given(name: str) -> tuple[Tensor, Tensor]:
    """Return latents and labels for a generator."""
    style = STYLES[name]
    return torch.randn(N, style.latent), torch.randint(0, max(style.classes, 1), (N,))


def called(name: str, net: nn.Module, inputs: tuple[Tensor, Tensor] | None = None) -> Tensor:
    """Return what a generator makes, (N, channels, height, width)."""
    style = STYLES[name]
    with torch.no_grad():
        return style.call(net, *(inputs or given(name))).reshape(N, *style.picture)
