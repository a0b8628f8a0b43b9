#!/usr/bin/env bash
# Runs once when the container is made: the first build (downloads about 0.5 GB), the Jupyter kernel, and the notebooks as .ipynb, which the
# editor opens (nothing there opens .dib).
set -euo pipefail
cd "$(dirname "$0")/.."

sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
export DEBIAN_FRONTEND=noninteractive DOTNET_CLI_TELEMETRY_OPTOUT=1
$sudo apt-get update -q
$sudo apt-get install -yq --no-install-recommends jupyter-client python3-nbclient

./embedkit doctor
./embedkit kernel install --user
./embedkit notebook export notebooks/*.dib
