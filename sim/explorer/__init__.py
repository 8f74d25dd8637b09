"""The explorer: a page on this machine that plays recorded histories. It reads the simulation and changes nothing in it.

A changed assumption re-runs the whole history in a worker process (`desk`), the page plays the arrays it is sent
(`assets/`). `controls` says what can be turned, `wish` checks what a page asks for, `watching` and `payload` make what a
page plays, `reasons` tells a decision, `ensemble` runs many seeds, `page` and `callbacks` are the Dash application,
`server` serves it.
"""
