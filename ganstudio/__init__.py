"""GAN Studio: a desktop playground for generative adversarial networks.

Importing the package imports nothing else; take what is needed from its modules.
"""

__version__ = "0.1.0"
