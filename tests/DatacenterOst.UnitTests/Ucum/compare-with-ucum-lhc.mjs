// Makes ucum-lhc-comparison.tsv: what npm @lhncbc/ucum-lhc says about pairs of units.
//   npm install --prefix artifacts @lhncbc/ucum-lhc@7.1.9
//   node tests/DatacenterOst.UnitTests/Ucum/compare-with-ucum-lhc.mjs artifacts/node_modules/@lhncbc/ucum-lhc
// The pairs are chosen by a fixed rule, so that running it twice gives the same file.
import { createRequire } from 'node:module';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const lhc = createRequire(import.meta.url)(resolve(process.argv[2])).UcumLhcUtils.getInstance();
const table = readFileSync(join(here, '../../../src/DatacenterOst.Fhir/Definitions/ucum.tsv'), 'utf8').split('\n').map(l => l.split('\t'));
const metric = ['g', 'm', 's', 'L', 'mol', 'Pa', 'J', 'W', 'K', 'eq', '[IU]', 'kat', 'U', 'Bq', 'm[Hg]', 'cal'];
const atoms = table.filter(r => r[0] === 'B' || r[0] === 'U').map(r => r[1]);
const prefixed = metric.flatMap(u => ['n', 'u', 'm', 'c', 'd', 'k', 'M'].map(p => p + u));
const clinical = `mg/dL g/dL mmol/L umol/L nmol/L pmol/L mol/m3 ug/mL ng/mL pg/mL mg/L g/L ug/L ng/dL mg/g mg/mmol g/mol 10*9/L 10*3/uL 10*12/L 10*6/uL /uL /mL /L
  m[IU]/mL [IU]/mL [IU]/L k[IU]/L u[IU]/mL U/L kat/L ukat/L mL/min mL/min/{1.73_m2} L/min mL/h mL/kg/h ug/kg/min mg/kg/d kg/m2 g/cm2 mm[Hg] kPa cm[H2O] mbar bar mmol/kg mosm/kg
  mosm/L meq/L eq/L % [ppth] [ppm] fL pg mm/h cm/s m/s km/h [mi_i]/h beats/min /min Hz 1/s ms s min h d wk mo a mg ug ng kg [lb_av] [oz_av] cm mm [in_i] [ft_i] cm2 m2 mm3 mL dL uL
  Cel [degF] K J/L kcal/h W mV V uA Ohm S Gy Sv mSv Bq/mL Ci/L dyn.s/cm5 mm[Hg].min/L {copies}/mL {cells}/uL [CFU]/mL g/(24.h) mg/(24.h) ug/(kg.h) mmol/(8.h.kg) 10*-3 10*2.m m/s2 N/m2 kg.m/s2 g.m2/s2 [drp]/min [tsp_us] [tbs_us] [cup_us]`.split(/\s+/);
const units = [...new Set([...atoms, ...prefixed, ...clinical])];

const groups = new Map();
for (const u of units) {
  const parsed = lhc.getSpecifiedUnit(u, 'validate');
  const key = parsed.unit ? String(parsed.unit.dim_?.dimVec_ ?? 'none') + (parsed.unit.isArbitrary_ ? u : '') : 'invalid';
  groups.set(key, [...(groups.get(key) ?? []), u]);
}
const pairs = [];
for (const list of groups.values())
  for (let i = 0; i < list.length; i++)
    for (let step = 1; step <= Math.min(18, list.length - 1); step++) pairs.push([list[i], list[(i + step) % list.length]]);
// Every seventh unit against units of other groups: most must be refused.
for (let i = 0; i < units.length; i += 7) for (let j = 3; j < units.length; j += 53) pairs.push([units[i], units[(i + j) % units.length]]);

const lines = ['# What @lhncbc/ucum-lhc 7.1.9 says: value, from, to, result; - where it refuses. Made by compare-with-ucum-lhc.mjs.'];
const seen = new Set();
pairs.forEach(([from, to], n) => {
  if (from === to || seen.has(from + '\t' + to)) return;
  seen.add(from + '\t' + to);
  const value = [1, 2.5, 37, 120][n % 4];
  const result = lhc.convertUnitTo(from, value, to);
  lines.push([value, from, to, result.status === 'succeeded' ? String(result.toVal) : '-'].join('\t'));
});
writeFileSync(join(here, 'ucum-lhc-comparison.tsv'), lines.join('\n') + '\n');
process.stdout.write(`${lines.length - 1} pairs\n`);
