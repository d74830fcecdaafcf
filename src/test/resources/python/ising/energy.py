import os
import sys

print(os.environ.get("SPIN"), *sys.argv[1:], sys.stdin.read(), sep=", ")
