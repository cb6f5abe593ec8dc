// Makes the compact definition files of DatacenterOst.Fhir from HL7's CC0 package and from UCUM's own table.
//   node generate.mjs PATH_TO/node_modules/hl7.fhir.r4.examples PATH_TO/ucum-essence.xml
// The output is sorted and free of dates, so that running it twice gives the same bytes.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { terminologyLines } from './terminology.mjs';
import { ucumLines } from './ucum.mjs';
import { operationLines } from './operations.mjs';
import { searchLines } from './searches.mjs';
import { structureLines } from './structures.mjs';

const [examples, essence] = process.argv.slice(2);
if (!examples || !essence) {
  process.stderr.write('usage: node generate.mjs PATH_TO/hl7.fhir.r4.examples PATH_TO/ucum-essence.xml\n');
  process.exit(2);
}
const target = dirname(dirname(fileURLToPath(import.meta.url)));

function load(prefix) {
  return readdirSync(examples)
    .filter(name => name.startsWith(prefix + '-') && name.endsWith('.json'))
    .sort()
    .map(name => JSON.parse(readFileSync(join(examples, name), 'utf8')));
}

function save(name, lines) {
  writeFileSync(join(target, name), lines.join('\n') + '\n');
  process.stdout.write(`${name}: ${lines.length} lines\n`);
}

save('structures.tsv', structureLines(load('StructureDefinition')));
save('operations.tsv', operationLines(load('CompartmentDefinition'), load('OperationDefinition')));
save('search-parameters.tsv', searchLines(load('SearchParameter')));
save('terminology.tsv', terminologyLines(load('CodeSystem'), load('ValueSet')));
save('ucum.tsv', ucumLines(readFileSync(essence, 'utf8')));
