// Runs every case of cases.json through other engines for SDC questionnaires and stores what they give.
//
// Not part of the tests: they read the stored answers.json. To make it anew, in a folder of its own:
//   npm install --ignore-scripts --legacy-peer-deps lforms@40.1.3 @medplum/core@5.2.13 @medplum/react-hooks@5.2.13 \
//     @aehrc/smart-forms-renderer@1.4.0 esbuild jsdom react react-dom
//   node generate.mjs FOLDER > answers.json
// Each answer is what is left of the response: [linkId, value] in order, once what is not asked is taken away
// ("kept"), and once calculated values are worked out ("calculated"). An engine that fails says so in place of it.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = path.resolve(process.argv[2]);
const require = createRequire(path.join(folder, 'package.json'));
const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8'));
const copy = (value) => JSON.parse(JSON.stringify(value));

function aDocument() {
  const { JSDOM, VirtualConsole } = require('jsdom');
  return new JSDOM('<!doctype html><html><body></body></html>', {
    runScripts: 'outside-only', url: 'http://localhost/', virtualConsole: new VirtualConsole(),
  });
}

function flat(items, found = []) {
  for (const item of items ?? []) {
    for (const answer of item.answer ?? []) {
      const key = Object.keys(answer).find((name) => name.startsWith('value'));
      // LForms writes milliseconds that were not there.
      const value = key === 'valueCoding' ? answer[key].code : answer[key];
      if (key) found.push([item.linkId, typeof value === 'string' ? value.replace('.000Z', 'Z') : value]);
      flat(answer.item, found);
    }
    flat(item.item, found);
  }
  return found;
}

function lforms() {
  const { window } = aDocument();
  window.matchMedia = () => ({ matches: false, addListener() {}, removeListener() {} });
  const base = path.join(folder, 'node_modules/lforms/dist/lforms/');
  for (const file of ['webcomponent/runtime.js', 'webcomponent/polyfills.js', 'webcomponent/main.js', 'fhir/R4/lformsFHIR.min.js']) {
    window.eval(readFileSync(base + file, 'utf8'));
  }
  const { Util, LFormsData } = window.LForms;
  return {
    async kept(questionnaire, response) {
      const form = Util.convertFHIRQuestionnaireToLForms(window.JSON.parse(JSON.stringify(questionnaire)), 'R4');
      const data = new LFormsData(Util.mergeFHIRDataIntoLForms(window.JSON.parse(JSON.stringify(response)), form, 'R4'));
      return flat(Util.getFormFHIRData('QuestionnaireResponse', 'R4', data).item);
    },
  };
}

function medplum() {
  globalThis.WebSocket ??= class {}; // it is named when the package is loaded, and not used here
  const hooks = Promise.resolve(require('@medplum/react-hooks'));
  return {
    async kept(questionnaire, response) {
      const { isQuestionEnabled } = await hooks;
      const byLinkId = new Map();
      const walk = (items) => items?.forEach((item) => { byLinkId.set(item.linkId, item); walk(item.item); });
      walk(questionnaire.item);
      const enabled = (items) => items?.filter((item) => isQuestionEnabled(byLinkId.get(item.linkId), response)).map((item) => ({
        ...item,
        item: enabled(item.item),
        answer: item.answer?.map((answer) => ({ ...answer, item: enabled(answer.item) })),
      }));
      return flat(enabled(response.item));
    },
    async calculated(questionnaire, response) {
      const { evaluateCalculatedExpressionsInQuestionnaire } = await hooks;
      const complete = (definitions, items) => definitions.map((definition) => {
        const found = items?.find((item) => item.linkId === definition.linkId) ?? { linkId: definition.linkId };
        return definition.item ? { ...found, item: complete(definition.item, found.item) } : found;
      });
      const working = { ...response, item: complete(questionnaire.item, response.item) };
      for (let round = 0; round < 3; round += 1) evaluateCalculatedExpressionsInQuestionnaire(questionnaire.item, working);
      return flat(working.item);
    },
  };
}

function smartForms() {
  const entry = path.join(folder, 'entry.mjs');
  writeFileSync(entry, "export * from '@aehrc/smart-forms-renderer';\n");
  const bundle = path.join(folder, 'bundle.cjs');
  execFileSync(path.join(folder, 'node_modules/.bin/esbuild'), [
    entry, '--bundle', '--platform=node', '--format=cjs', `--outfile=${bundle}`, '--loader:.css=empty', '--log-level=error',
  ]);
  const { window } = aDocument();
  globalThis.window = window;
  for (const name of ['document', 'Element', 'HTMLElement', 'Node', 'DOMParser', 'SVGElement', 'localStorage', 'getComputedStyle']) {
    globalThis[name] = window[name];
  }
  const engine = require(bundle);
  const built = async (questionnaire, response) => {
    engine.destroyForm();
    await engine.buildForm({ questionnaire, questionnaireResponse: response });
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    return engine.getResponse();
  };
  return {
    async kept(questionnaire, response) {
      return flat(engine.removeEmptyAnswersFromResponse(questionnaire, await built(questionnaire, response)).item);
    },
    async calculated(questionnaire, response) {
      return flat((await built(questionnaire, response)).item);
    },
  };
}

const silent = console.log;
console.log = console.warn = console.error = () => {};
const engines = { lforms: lforms(), medplum: medplum(), 'smart-forms': smartForms() };
const result = {};
for (const { name, extension, item, answers } of cases) {
  const top = { resourceType: 'Questionnaire', url: 'https://trial.example/Questionnaire/case', status: 'active', item };
  const questionnaire = extension ? { ...top, extension } : top;
  const what = JSON.stringify(item).includes('calculatedExpression') ? 'calculated' : 'kept';
  result[name] = {};
  for (const [engine, functions] of Object.entries(engines)) {
    // LForms works out expressions only in its page.
    if (!functions[what] || (engine === 'lforms' && JSON.stringify(item).includes('enableWhenExpression'))) continue;
    result[name][engine] = [];
    for (const given of answers) {
      const response = { resourceType: 'QuestionnaireResponse', status: 'in-progress', item: given };
      try {
        result[name][engine].push(await functions[what](copy(questionnaire), copy(response)));
      } catch (error) {
        result[name][engine].push({ failed: String(error).slice(0, 80) });
      }
    }
  }
}
const rows = Object.entries(result).map(([name, found]) => `${JSON.stringify(name)}: ${JSON.stringify(found)}`);
silent(`{\n${rows.join(',\n')}\n}`);
process.exit(0);
