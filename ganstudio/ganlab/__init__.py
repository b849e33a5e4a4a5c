"""Models that GAN Lab has saved (Kahng et al., GAN Lab, VAST 2018): its files, and what they are as experiments."""
