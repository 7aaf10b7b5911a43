// Reads diagrams and writes them again as bpmn.io's modelers do, with Camunda's extension.
//
//   node round_trip.mjs NODE_MODULES TIMER DATE FILE...
//
// With a timer's id and a date, what a process owner types into the modeler for that timer is changed in between; with
// two empty ones nothing is. Prints {FILE: {"xml": …, "warnings": […]}}.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, timer, date, ...files] = process.argv.slice(2);
const require = createRequire(join(modules, 'from-here.js'));
const { BpmnModdle } = await import(pathToFileURL(require.resolve('bpmn-moddle')).href);
const camunda = JSON.parse(readFileSync(require.resolve('camunda-bpmn-moddle/resources/camunda.json'), 'utf8'));

const saved = {};
for (const file of files) {
  const moddle = new BpmnModdle({ camunda });
  const { rootElement, elementsById, warnings } = await moddle.fromXML(readFileSync(file, 'utf8'));
  if (timer) {
    elementsById[timer].eventDefinitions[0].timeDate.body = date;
  }
  const { xml } = await moddle.toXML(rootElement, { format: true });
  saved[file] = { xml, warnings: warnings.map((warning) => warning.message) };
}
process.stdout.write(JSON.stringify(saved));
