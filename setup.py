"""What is in a wheel besides pyproject.toml's facts: the folders beside the packages travel within the package.

``config/``, ``dbt_project/`` and the others keep their place in the checkout; installed they lie under
``orchestration/_shipped`` (``orchestration.foundation.paths``), so that no name so common lands among other people's packages.
"""

from setuptools import find_packages, setup

SHIPPED = {f"orchestration._shipped.{folder}": folder for folder in ("config", "dbt_project", "deploy", "requirements")}

setup(packages=[*find_packages(include=["orchestration*", "expectations*"]), *SHIPPED], package_dir=SHIPPED)
