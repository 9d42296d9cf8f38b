"""Tests of training, and the models that they train; a package, so that no other file of this name is taken for it."""
