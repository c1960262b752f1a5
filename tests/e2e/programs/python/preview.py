"""
Previews the program beside this file, without Pulumi's language host for Python, which cannot be built from a Go
module: the engine asks this process instead.

usage: preview.py <folder to render to> <policy pack>...
"""

import pathlib
import runpy
import sys

from pulumi import automation

render_to, *policy_packs = sys.argv[1:]
program = pathlib.Path(__file__).with_name("__main__.py")
stack = automation.create_stack(
    stack_name="dev",
    project_name="shop",
    program=lambda: runpy.run_path(str(program)) and None,
)
stack.set_config("renderTo", automation.ConfigValue(render_to))
try:
    stack.preview(policy_packs=policy_packs, on_output=print)
except automation.CommandError:
    # The command has told why on its output.
    sys.exit(1)
