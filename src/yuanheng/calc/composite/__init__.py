"""Composite indicators by the OECD/JRC ten steps: each step a named function on arrays.

A figure is a float, unknown is NaN, units are rows and indicators are columns. Steps are in the
order of the work: `screening`, `denomination`, `imputation` (over time: `panel`), `outliers` (with
`transforms`), `analysis`, `normalisation` (a scheme's points: `points`), `weights`, `aggregation`,
`ranks`. `inputs.from_columns` and `to_columns` go between a table of named columns and a matrix.
docs/methods/composite.md has every formula with an example.
"""
