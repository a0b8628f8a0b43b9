#!/usr/bin/env bash
# Runs once when the container is made: the first build (downloads about 0.5 GB), and the Jupyter kernel for stepping through notebooks.
set -euo pipefail
cd "$(dirname "$0")/.."

sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
export DEBIAN_FRONTEND=noninteractive DOTNET_CLI_TELEMETRY_OPTOUT=1
$sudo apt-get update -q
$sudo apt-get install -yq --no-install-recommends jupyter-client python3-nbclient

./embedkit doctor
./embedkit kernel install --user
