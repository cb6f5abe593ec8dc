// npm fhirpath over the Patients of the benchmark: node fhirpath.mjs <folder with node_modules> <patients.ndjson> <expressions.json>
// Expressions are compiled with the R4 model and Patients parsed beforehand; a warm-up until V8 has
// compiled what it will, then as many rounds as in Rounds.cs, and medians.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [modules, patientsFile, expressionsFile] = process.argv.slice(2);
const require = createRequire(resolve(modules, 'package.json'));
const fhirpath = require('fhirpath');
const r4 = require('fhirpath/fhir-context/r4');
const version = JSON.parse(readFileSync(resolve(modules, 'node_modules/fhirpath/package.json'), 'utf8')).version;

const rounds = 7;
const warmUpMilliseconds = 4000;
const patients = readFileSync(patientsFile, 'utf8').split('\n').filter(line => line.length > 0).map(line => JSON.parse(line));
const expressions = JSON.parse(readFileSync(expressionsFile, 'utf8')).map(text => fhirpath.compile(text, r4));
const median = values => values.sort((a, b) => a - b)[values.length >> 1];

let kept = 0;
function evaluate(expression) {
  const before = performance.now();
  for (const patient of patients) kept += expression(patient).length;
  return (performance.now() - before) / 1000;
}

const start = performance.now();
do expressions.forEach(evaluate); while (performance.now() - start < warmUpMilliseconds);

const each = expressions.map(() => []);
const wall = [];
const cpu = [];
for (let round = 0; round < rounds; round++) {
  const before = process.cpuUsage();
  let seconds = 0;
  expressions.forEach((expression, i) => {
    const taken = evaluate(expression);
    each[i].push(taken);
    seconds += taken;
  });
  const used = process.cpuUsage(before);
  wall.push(seconds);
  cpu.push((used.user + used.system) / 1e6);
}

const sha256 = expression => {
  const text = patients.flatMap(patient => expression(patient)).map(value => `${value}\n`).join('');
  return createHash('sha256').update(text, 'utf8').digest('hex');
};
const evaluations = patients.length * expressions.length;
console.log(JSON.stringify({
  version,
  node: process.versions.node,
  wallSeconds: median(wall) / evaluations,
  cpuSeconds: median(cpu) / evaluations,
  expressions: expressions.map((expression, i) => ({ wallSeconds: median(each[i]) / patients.length, sha256: sha256(expression) })),
  kept,
}));
