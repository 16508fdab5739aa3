"""Other readers of a source, each run by the Python of a virtual environment of its own.

Their modules import nothing of Muster's. The first line of stdin is the request: `parameters` of the
connection and a `folder` to write to. The last line of stdout tells how many `datasets` and
`statements` there were.
"""
