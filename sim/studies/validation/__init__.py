"""The report card: how far the model can be trusted, from a posterior and fresh seeds."""

from sim.studies.validation.sample import Sample, sample_of
from sim.studies.validation.studies import FIRST_SEED, Terms
from sim.studies.validation.validate import Validation, validate

__all__ = ["FIRST_SEED", "Sample", "Terms", "Validation", "sample_of", "validate"]
