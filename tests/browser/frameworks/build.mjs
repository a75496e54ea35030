// Builds the pages' scripts into a folder: node build.mjs FOLDER
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "svelte/compiler";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const EXPLORERS = here("../../../node_modules");
const svelte = {
  name: "svelte",
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, "utf8"), { filename: path, generate: "client" });
      return { contents: js.code, loader: "js" };
    });
  },
};
const shared = {
  bundle: true, minify: true, format: "iife", logLevel: "warning", conditions: ["browser", "production"], plugins: [svelte],
  define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" },
};
const folder = process.argv[2];
const page = (name, source, alias = {}) => build({ ...shared, alias, entryPoints: [here(source)], outfile: `${folder}/${name}.js` });

await Promise.all([
  page("react-18", "react.js", { react: `${EXPLORERS}/react`, "react-dom": `${EXPLORERS}/react-dom` }),
  page("react-19", "react.js"),
  page("vue", "vue.js"),
  page("svelte", "svelte.js"),
  page("plain", "plain.js"),
]);
