"""Generators as well-known public programs write them, of few maps; facts about their layers, not their code."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import spectral_norm


def transposed(takes: int, gives: int, kernel: int = 4, stride: int = 2, padding: int = 1, bias: bool = False):
    return nn.ConvTranspose2d(takes, gives, kernel, stride, padding, bias=bias)


def one_hot(labels: Tensor) -> Tensor:
    return F.one_hot(labels, 10).float()


class Container(nn.Module):
    """Named modules one after the other."""

    def __init__(self, **modules: nn.Module):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x):
        for module in self.children():
            x = module(x)
        return x


# ---- transposed convolutions -----------------------------------------------------------------------------------------


def wasserstein() -> nn.Module:
    """martinarjovsky/WassersteinGAN: colons in names, and an extra layer that keeps the size."""
    main = nn.Sequential()
    main.add_module("initial:100-16:convt", transposed(100, 16, 4, 1, 0))
    main.add_module("initial:16:batchnorm", nn.BatchNorm2d(16))
    main.add_module("initial:16:relu", nn.ReLU())
    for takes in (16, 8):
        main.add_module(f"pyramid:{takes}-{takes // 2}:convt", transposed(takes, takes // 2))
        main.add_module(f"pyramid:{takes // 2}:batchnorm", nn.BatchNorm2d(takes // 2))
        main.add_module(f"pyramid:{takes // 2}:relu", nn.ReLU())
    main.add_module("extra-layers-0:4:conv", nn.Conv2d(4, 4, 3, 1, 1, bias=False))
    main.add_module("extra-layers-0:4:batchnorm", nn.BatchNorm2d(4))
    main.add_module("extra-layers-0:4:relu", nn.ReLU())
    main.add_module("final:4-3:convt", transposed(4, 3))
    main.add_module("final:3:tanh", nn.Tanh())
    return Container(main=main)


def gan_zoo() -> nn.Module:
    """facebookresearch/pytorch_GAN_zoo: the first layer apart, the others in an ordered dictionary."""
    main = nn.Sequential()
    main.add_module("batchNorm0", nn.BatchNorm2d(16))
    main.add_module("relu0", nn.ReLU())
    for index, takes in enumerate((16, 8), start=1):
        main.add_module(f"convTranspose{index}", transposed(takes, takes // 2))
        main.add_module(f"batchNorm{index}", nn.BatchNorm2d(takes // 2))
        main.add_module(f"relu{index}", nn.ReLU())
    main.add_module("outlayer", transposed(4, 3))
    return Container(formatLayer=transposed(120, 16, 4, 1, 0), main=main, outputAcctivation=nn.Tanh())


class TwoDense(nn.Module):
    """znxlwm/pytorch-generative-model-collections: two dense layers, then transposed convolutions."""

    def __init__(self, takes=62):
        super().__init__()
        self.fc = nn.Sequential(
            nn.Linear(takes, 24), nn.BatchNorm1d(24), nn.ReLU(), nn.Linear(24, 392), nn.BatchNorm1d(392), nn.ReLU()
        )
        self.deconv = nn.Sequential(
            transposed(8, 4, bias=True), nn.BatchNorm2d(4), nn.ReLU(), transposed(4, 1, bias=True), nn.Tanh()
        )

    def forward(self, x):
        return self.deconv(self.fc(x).view(-1, 8, 7, 7))


class DeconvFirst(nn.Module):
    """caogang/wgan-gp for CIFAR-10: what comes first is defined last."""

    def __init__(self):
        super().__init__()
        self.block1 = nn.Sequential(nn.ConvTranspose2d(16, 8, 2, 2), nn.BatchNorm2d(8), nn.ReLU())
        self.block2 = nn.Sequential(nn.ConvTranspose2d(8, 4, 2, 2), nn.BatchNorm2d(4), nn.ReLU())
        self.deconv_out = nn.ConvTranspose2d(4, 3, 2, 2)
        self.preprocess = nn.Sequential(nn.Linear(128, 256), nn.BatchNorm1d(256), nn.ReLU())

    def forward(self, z):
        return torch.tanh(self.deconv_out(self.block2(self.block1(self.preprocess(z).view(-1, 16, 4, 4)))))


def learned_slopes() -> nn.Module:
    """A slope for each map."""
    return nn.Sequential(
        transposed(30, 12, 4, 1, 0),
        nn.BatchNorm2d(12),
        nn.PReLU(12),
        transposed(12, 8),
        nn.PReLU(8),
        transposed(8, 3),
        nn.Tanh(),
    )


class OneSlope(nn.Module):
    """One learned slope for all layers."""

    def __init__(self):
        super().__init__()
        self.act = nn.PReLU()
        self.c1, self.c2, self.c3 = transposed(20, 12, 4, 1, 0), transposed(12, 8), transposed(8, 3)

    def forward(self, z):
        return torch.tanh(self.c3(self.act(self.c2(self.act(self.c1(z))))))


def unseen() -> nn.Module:
    """Instance normalisation without parameters, which a state dict does not show."""
    layers: list[nn.Module] = [transposed(30, 12, 4, 1, 0), nn.ReLU()]
    for takes, gives in ((12, 8), (8, 6)):
        layers += [transposed(takes, gives), nn.InstanceNorm2d(gives), nn.ReLU()]
    return nn.Sequential(*layers, transposed(6, 3), nn.Tanh())


def ending_in_convolution() -> nn.Module:
    """Keras' tutorials in PyTorch: leaky ReLU, nothing normalised."""
    return nn.Sequential(
        nn.Linear(100, 256),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (16, 4, 4)),
        transposed(16, 8, bias=True),
        nn.LeakyReLU(0.2),
        transposed(8, 8, bias=True),
        nn.LeakyReLU(0.2),
        nn.Conv2d(8, 3, 3, 1, 1),
        nn.Tanh(),
    )


# ---- self-attention --------------------------------------------------------------------------------------------------


class SelfAttention(nn.Module):
    def __init__(self, maps, query="query_conv", key="key_conv", value="value_conv"):
        super().__init__()
        self.names = query, key, value
        for name, gives in zip(self.names, (maps // 2, maps // 2, maps), strict=True):
            self.add_module(name, nn.Conv2d(maps, gives, 1))
        self.gamma = nn.Parameter(torch.tensor([0.7]))

    def forward(self, x):
        query, key, value = (getattr(self, name)(x).flatten(2) for name in self.names)
        attention = torch.softmax(torch.bmm(query.permute(0, 2, 1), key), dim=-1)
        return self.gamma * torch.bmm(value, attention.permute(0, 2, 1)).view(x.shape) + x


class Attending(nn.Module):
    """heykeetae/Self-Attention-GAN: spectral normalisation, and attention that is defined at the end."""

    def __init__(self):
        super().__init__()
        self.l1 = nn.Sequential(spectral_norm(nn.ConvTranspose2d(128, 16, 4)), nn.BatchNorm2d(16), nn.ReLU())
        self.l2 = nn.Sequential(spectral_norm(transposed(16, 8, bias=True)), nn.BatchNorm2d(8), nn.ReLU())
        self.l3 = nn.Sequential(spectral_norm(transposed(8, 4, bias=True)), nn.BatchNorm2d(4), nn.ReLU())
        self.last = nn.Sequential(transposed(4, 3, bias=True), nn.Tanh())
        self.attn1, self.attn2 = SelfAttention(8), SelfAttention(4)

    def forward(self, z):
        return self.last(self.attn2(self.l3(self.attn1(self.l2(self.l1(z))))))


def attending_inside() -> nn.Module:
    """Attention within a Sequential, its convolutions by other names."""
    layers = [transposed(20, 16, 4, 1, 0), nn.BatchNorm2d(16), nn.ReLU(), transposed(16, 8), nn.BatchNorm2d(8)]
    return nn.Sequential(*layers, nn.ReLU(), SelfAttention(8, "q", "k", "v"), transposed(8, 3), nn.Tanh())


def unit(vector: Tensor) -> Tensor:
    return vector / (vector.norm() + 1e-12)


class OwnNormalisation(nn.Module):
    """Spectral normalisation as heykeetae's and christiancosgrove's programs have it: a step with every call."""

    def __init__(self, module):
        super().__init__()
        weight = module.weight.detach()
        del module.weight
        matrix = weight.flatten(1)
        module.register_parameter("weight_u", nn.Parameter(unit(torch.randn(len(matrix))), requires_grad=False))
        module.register_parameter("weight_v", nn.Parameter(unit(torch.randn(matrix.shape[1])), requires_grad=False))
        module.register_parameter("weight_bar", nn.Parameter(weight))
        self.module = module

    def forward(self, x):
        matrix, u = self.module.weight_bar.flatten(1), self.module.weight_u.detach()
        v = unit(torch.mv(matrix.t(), u))
        u = unit(torch.mv(matrix, v))
        if self.training:
            self.module.weight_u.data, self.module.weight_v.data = u.data, v.data
        self.module.weight = self.module.weight_bar / u.dot(matrix.mv(v))
        return self.module(x)


def own_normalisation() -> nn.Module:
    return nn.Sequential(
        OwnNormalisation(nn.ConvTranspose2d(20, 12, 4)),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        OwnNormalisation(transposed(12, 8, bias=True)),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        transposed(8, 3),
        nn.Tanh(),
    )


# ---- residual blocks -------------------------------------------------------------------------------------------------


class NamedBlock(nn.Module):
    """kwotsin/mimicry: maps are doubled bilinearly, on both ways."""

    def __init__(self, maps):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(maps, maps, 3, 1, 1), nn.Conv2d(maps, maps, 3, 1, 1)
        self.b1, self.b2 = nn.BatchNorm2d(maps), nn.BatchNorm2d(maps)
        self.c_sc = nn.Conv2d(maps, maps, 1)

    def forward(self, x):
        h = self.c1(self.larger(F.relu(self.b1(x))))
        return self.c2(F.relu(self.b2(h))) + self.c_sc(self.larger(x))

    def larger(self, x):
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


class Mimicry(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(128, 16 * 8)
        self.block2, self.block3, self.block4 = NamedBlock(8), NamedBlock(8), NamedBlock(8)
        self.b5, self.c5 = nn.BatchNorm2d(8), nn.Conv2d(8, 3, 3, 1, 1)

    def forward(self, z):
        h = self.block4(self.block3(self.block2(self.l1(z).view(-1, 8, 4, 4))))
        return torch.tanh(self.c5(F.relu(self.b5(h))))


class SequentialBlock(nn.Module):
    """w86763777/pytorch-gan-collections."""

    def __init__(self, takes, gives):
        super().__init__()
        self.residual = nn.Sequential(
            nn.BatchNorm2d(takes),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(takes, gives, 3, 1, 1),
            nn.BatchNorm2d(gives),
            nn.ReLU(),
            nn.Conv2d(gives, gives, 3, 1, 1),
        )
        self.shortcut = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(takes, gives, 1))

    def forward(self, x):
        return self.residual(x) + self.shortcut(x)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(128, 16 * 12)
        self.blocks = nn.Sequential(SequentialBlock(12, 8), SequentialBlock(8, 8), SequentialBlock(8, 6))
        self.output = nn.Sequential(nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 3, 3, 1, 1), nn.Tanh())

    def forward(self, z):
        return self.output(self.blocks(self.linear(z).view(-1, 12, 4, 4)))


class PlainShortcut(nn.Module):
    """christiancosgrove's: convolutions that are registered twice, and nothing with parameters on the way past."""

    def __init__(self, maps):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(maps, maps, 3, 1, 1), nn.Conv2d(maps, maps, 3, 1, 1)
        self.model = nn.Sequential(
            nn.BatchNorm2d(maps),
            nn.ReLU(),
            nn.Upsample(scale_factor=2),
            self.conv1,
            nn.BatchNorm2d(maps),
            nn.ReLU(),
            self.conv2,
        )
        self.bypass = nn.Upsample(scale_factor=2)

    def forward(self, x):
        return self.model(x) + self.bypass(x)


class RegisteredTwice(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense, self.final = nn.Linear(128, 16 * 8), nn.Conv2d(8, 3, 3, 1, 1)
        blocks = [PlainShortcut(8) for _ in range(3)]
        self.model = nn.Sequential(*blocks, nn.BatchNorm2d(8), nn.ReLU(), self.final, nn.Tanh())

    def forward(self, z):
        return self.model(self.dense(z).view(-1, 8, 4, 4))


# ---- upsampling ------------------------------------------------------------------------------------------------------


class Unnormalised(nn.Module):
    """eriklindernoren/PyTorch-GAN's LSGAN: no normalisation in front, 0.8 in the others."""

    def __init__(self):
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(100, 12 * 64))
        self.conv_blocks = nn.Sequential(
            nn.Upsample(scale_factor=2),
            nn.Conv2d(12, 12, 3, 1, 1),
            nn.BatchNorm2d(12, 0.8),
            nn.LeakyReLU(0.2),
            nn.Upsample(scale_factor=2),
            nn.Conv2d(12, 6, 3, 1, 1),
            nn.BatchNorm2d(6, 0.8),
            nn.LeakyReLU(0.2),
            nn.Conv2d(6, 1, 3, 1, 1),
            nn.Tanh(),
        )

    def forward(self, z):
        return self.conv_blocks(self.l1(z).view(-1, 12, 8, 8))


def shuffled() -> nn.Module:
    """Pixel shuffling, before and after normalisations."""
    layers: list[nn.Module] = [nn.Linear(64, 256), nn.Unflatten(1, (16, 4, 4)), nn.BatchNorm2d(16), nn.ReLU()]
    layers += [nn.Conv2d(16, 32, 3, 1, 1), nn.PixelShuffle(2), nn.BatchNorm2d(8), nn.ReLU()]
    layers += [nn.Conv2d(8, 16, 3, 1, 1), nn.BatchNorm2d(16), nn.PixelShuffle(2), nn.ReLU()]
    return nn.Sequential(*layers, nn.Conv2d(4, 12, 3, 1, 1), nn.PixelShuffle(2), nn.Tanh())


def mirrored() -> nn.Module:
    """A padding of its own before every convolution."""
    layers: list[nn.Module] = [nn.Linear(64, 256), nn.Unflatten(1, (16, 4, 4)), nn.BatchNorm2d(16), nn.ReLU()]
    for takes, gives in ((16, 8), (8, 6), (6, 4)):
        layers += [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(takes, gives, 3)]
        layers += [nn.BatchNorm2d(gives), nn.ReLU()]
    return nn.Sequential(*layers, nn.ReflectionPad2d(2), nn.Conv2d(4, 3, 5), nn.Tanh())


# ---- latent and label apart ------------------------------------------------------------------------------------------


class LabelThroughLayer(nn.Module):
    """A well-known course's conditional DCGAN: leaky ReLU behind the latent only, epsilon 0.8."""

    def __init__(self):
        super().__init__()
        self.label_conditioned_generator = nn.Sequential(nn.Embedding(5, 20), nn.Linear(20, 16))
        self.latent = nn.Sequential(nn.Linear(20, 128), nn.LeakyReLU(0.2))
        self.model = nn.Sequential(
            transposed(9, 8),
            nn.BatchNorm2d(8, 0.8),
            nn.ReLU(),
            transposed(8, 6),
            nn.BatchNorm2d(6, 0.8),
            nn.ReLU(),
            transposed(6, 3),
            nn.Tanh(),
        )

    def forward(self, z, y):
        z = self.latent(z).view(-1, 8, 4, 4)
        return self.model(torch.cat([z, self.label_conditioned_generator(y).view(-1, 1, 4, 4)], 1))


class TwoDeconvs(nn.Module):
    """znxlwm/pytorch-MNIST-CelebA-cGAN-cDCGAN."""

    def __init__(self):
        super().__init__()
        self.deconv1_1, self.deconv1_1_bn = nn.ConvTranspose2d(100, 8, 4, 1, 0), nn.BatchNorm2d(8)
        self.deconv1_2, self.deconv1_2_bn = nn.ConvTranspose2d(10, 8, 4, 1, 0), nn.BatchNorm2d(8)
        self.deconv2, self.deconv2_bn = transposed(16, 8, bias=True), nn.BatchNorm2d(8)
        self.deconv3, self.deconv3_bn = transposed(8, 4, bias=True), nn.BatchNorm2d(4)
        self.deconv4 = transposed(4, 1, bias=True)

    def forward(self, z, y):
        x = F.relu(self.deconv1_1_bn(self.deconv1_1(z[:, :, None, None])))
        y = F.relu(self.deconv1_2_bn(self.deconv1_2(one_hot(y)[:, :, None, None])))
        x = F.relu(self.deconv2_bn(self.deconv2(torch.cat([x, y], 1))))
        return torch.tanh(self.deconv4(F.relu(self.deconv3_bn(self.deconv3(x)))))


class TwoLinear(nn.Module):
    """The conditional GAN of the same collection."""

    def __init__(self):
        super().__init__()
        self.fc1_1, self.fc1_1_bn = nn.Linear(100, 16), nn.BatchNorm1d(16)
        self.fc1_2, self.fc1_2_bn = nn.Linear(10, 16), nn.BatchNorm1d(16)
        self.fc2, self.fc2_bn = nn.Linear(32, 24), nn.BatchNorm1d(24)
        self.fc3 = nn.Linear(24, 784)

    def forward(self, z, y):
        z, y = F.relu(self.fc1_1_bn(self.fc1_1(z))), F.relu(self.fc1_2_bn(self.fc1_2(one_hot(y))))
        return torch.tanh(self.fc3(F.relu(self.fc2_bn(self.fc2(torch.cat([z, y], 1))))))


class LabelAsMap(nn.Module):
    """Keras' conditional GAN in PyTorch: the embedded label becomes one more map."""

    def __init__(self):
        super().__init__()
        self.label_embedding, self.label_linear = nn.Embedding(10, 20), nn.Linear(20, 49)
        self.latent = nn.Linear(100, 8 * 49)
        self.up1, self.up2 = transposed(9, 8, bias=True), transposed(8, 8, bias=True)
        self.out = nn.Conv2d(8, 1, 7, 1, 3)

    def forward(self, z, y):
        z = F.leaky_relu(self.latent(z), 0.2).view(-1, 8, 7, 7)
        x = torch.cat([z, self.label_linear(self.label_embedding(y)).view(-1, 1, 7, 7)], 1)
        return torch.tanh(self.out(F.leaky_relu(self.up2(F.leaky_relu(self.up1(x), 0.2)), 0.2)))


# ---- dense layers ----------------------------------------------------------------------------------------------------


def one_width() -> nn.Module:
    """eriklindernoren/PyTorch-GAN's AAE."""
    layers = [nn.Linear(10, 24), nn.LeakyReLU(0.2), nn.Linear(24, 24), nn.BatchNorm1d(24), nn.LeakyReLU(0.2)]
    return Container(model=nn.Sequential(*layers, nn.Linear(24, 1024), nn.Tanh()))


class LabelLast(nn.Module):
    """An embedded label behind the latent, nothing normalised."""

    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(10, 10)
        layers: list[nn.Module] = []
        for takes, gives in ((110, 16), (16, 24), (24, 32)):
            layers += [nn.Linear(takes, gives), nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*layers, nn.Linear(32, 784), nn.Tanh())

    def forward(self, z, y):
        return self.model(torch.cat([z, self.label_emb(y)], 1))


def short() -> nn.Module:
    """aladdinpersson's first GAN."""
    return Container(gen=nn.Sequential(nn.Linear(64, 32), nn.LeakyReLU(0.01), nn.Linear(32, 784), nn.Tanh()))
