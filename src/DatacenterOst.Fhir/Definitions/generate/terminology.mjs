// Code systems that the package defines in full, and value sets.
//   S url version                a code system; its codes follow
//   <blanks>code TAB display     a code; one blank for each level below the top; display only where it differs from the code
//   V url name                   a value set; its parts follow
//   I|X system codes filters valueSets    what it includes or excludes; codes and value sets separated by blanks, a blank in a code as %20
// filters: property,op,value separated by ";".
const escape = code => code.replace(/%/g, '%25').replace(/ /g, '%20');
const clean = text => (text ?? '').replace(/\s+/g, ' ').trim();

function codes(concepts, level, lines) {
  for (const c of concepts) {
    const display = clean(c.display);
    const parents = (c.property ?? []).filter(p => p.code === 'subsumedBy' && p.valueCode).map(p => escape(p.valueCode)).join(' ');
    lines.push(' '.repeat(level) + escape(c.code) + '\t' + (display === c.code ? '' : display) + (parents ? '\t' + parents : ''));
    if (c.concept) codes(c.concept, level + 1, lines);
  }
}

function part(kind, p) {
  const filters = (p.filter ?? []).map(f => `${f.property},${f.op},${f.value}`).join(';');
  return [kind, p.system ?? '', (p.concept ?? []).map(c => escape(c.code)).join(' '), clean(filters), (p.valueSet ?? []).map(v => v.split('|')[0]).join(' ')].join('\t');
}

export function terminologyLines(systems, sets) {
  const lines = ['# Code systems and value sets of FHIR R4 4.0.1 (HL7, CC0 1.0), made by generate/generate.mjs from npm hl7.fhir.r4.examples@4.0.1'];
  const seen = new Set();
  const byUrl = (a, b) => (a.url < b.url ? -1 : a.url > b.url ? 1 : 0);
  for (const s of systems.filter(x => x.content === 'complete' && x.concept && x.url).sort(byUrl)) {
    if (seen.has(s.url)) continue;
    seen.add(s.url);
    lines.push(['S', s.url, s.caseSensitive === false ? 'i' : ''].join('\t'));
    codes(s.concept, 1, lines);
  }
  for (const v of sets.filter(x => x.url && x.compose).sort(byUrl)) {
    if (seen.has(v.url)) continue;
    seen.add(v.url);
    lines.push(['V', v.url].join('\t'));
    for (const p of v.compose.include ?? []) lines.push(part('I', p));
    for (const p of v.compose.exclude ?? []) lines.push(part('X', p));
  }
  return lines;
}
