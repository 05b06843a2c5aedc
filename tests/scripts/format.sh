#!/usr/bin/env bash
# Formats the sources as .editorconfig says, or with --check fails when something is not formatted.
set -euo pipefail
cd "$(dirname "$0")/../.."
check=()
[ "${1:-}" = --check ] && check=(--verify-no-changes)
dotnet format whitespace KafkaMeshOperator.sln --no-restore "${check[@]}"
dotnet format style KafkaMeshOperator.sln --no-restore "${check[@]}"
