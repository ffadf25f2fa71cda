// DOT on standard input, SVG on standard output. The folder with the packages is the argument.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { instance } = createRequire(`${process.argv[2]}/package.json`)("@viz-js/viz");
const viz = await instance();
process.stdout.write(viz.renderString(await text(process.stdin), { format: "svg", engine: "dot" }));
