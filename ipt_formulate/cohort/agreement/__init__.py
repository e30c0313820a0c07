"""How far do the engine and human coders agree, and how far do the coders agree among themselves?

No figure here says that an engine is right: agreement with people is all that can be measured.
"""
