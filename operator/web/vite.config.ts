import { defineConfig } from "vitest/config";
import { fixtureServer } from "./dev/fixtureServer";

// Relative paths, so that the page also works behind the API server's service proxy, whatever its prefix.
export default defineConfig(({ command, mode }) => ({
  base: "./",
  plugins: command === "serve" && mode === "development" ? [fixtureServer()] : [],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    // The content security policy allows files of our own and nothing inline.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: true,
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
}));
