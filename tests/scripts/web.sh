#!/usr/bin/env bash
# The web UI with the machine's own Node.js: Debian 12's will do, and setup.sh installs it where there is none.
#   web.sh build        compiles operator/web into operator/web/dist
#   web.sh test XML     runs its unit tests and writes what came of them as JUnit XML
set -euo pipefail
cd "$(dirname "$0")/../.."

new_enough() { # Node.js 18.18, and an npm
  command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 18 || (a === 18 && b >= 18) ? 0 : 1)' 2>/dev/null
}

new_enough || bash tests/scripts/setup.sh
new_enough || { echo "web.sh: Node.js 18.18 or newer with npm is needed, and $(command -v node || echo 'no node') is on PATH: install Debian's packages nodejs and npm, or a newer Node.js" >&2; exit 69; }

cd operator/web
# Packages are taken exactly as the lock file says, and none of them runs a script of its own at install.
if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  touch node_modules/.package-lock.json
fi

case ${1:-} in
  build) npm run --silent build ;;
  test)
    npm run --silent types
    npx vitest run --reporter=default --reporter=junit --outputFile.junit="$(realpath -m "../../$2")"
    ;;
  *) echo "usage: web.sh build | test XML" >&2; exit 64 ;;
esac
