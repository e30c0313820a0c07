"""Which version of the library is this? The one place that says it; the build reads it from here. Must never import."""

__version__ = "0.1.0"
