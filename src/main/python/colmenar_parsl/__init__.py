"""The bridge between servers and Parsl, on the machine where Parsl runs.

A daemon holds Parsl and outlives connections; a relay on a connection's channel reaches it through
a socket. Both speak newline-delimited JSON, see ``session``.
"""
