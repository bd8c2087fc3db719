// Writes fhirpath-js.json: what fhirpath.js (an independent engine) gives for expressions.json over response.json.
// Run once by hand, never by the tests: npm install fhirpath@5.2.2 && node generate.mjs
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const require = createRequire(process.cwd() + "/");
const fhirpath = require("fhirpath");
const r4 = require("fhirpath/fhir-context/r4");
const here = new URL(".", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, here)));
const [questionnaire, response] = [read("questionnaire.json"), read("response.json")];
const results = {};
for (const expression of read("expressions.json")) {
  try {
    const given = fhirpath.evaluate(response, expression, { resource: response, questionnaire }, r4, { async: false });
    results[expression] = { values: JSON.parse(JSON.stringify(given)) };
  } catch (error) {
    results[expression] = { error: String(error.message ?? error).split("\n")[0].slice(0, 160) };
  }
}
writeFileSync(new URL("fhirpath-js.json", here), JSON.stringify({ engine: fhirpath.version, results }, null, 1) + "\n");
