// Types, elements and constraints of the base specification, one line each.
//   C key severity human expression           a constraint, named by later lines as its number in order
//   T name kind abstract base constraints     kind: p primitive, c complex, b backbone, r resource
//   E name min max types flags binding constraints
// types: comma separated; Reference(Patient|Group) and canonical(ValueSet) carry targets; #Type.path is a content reference;
// flags: m modifier, s summary, a written as an XML attribute, [ choice; binding: strength letter and value set URL.
const kinds = { 'primitive-type': 'p', 'complex-type': 'c', resource: 'r' };
const fhirType = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type';
const prefix = 'http://hl7.org/fhir/StructureDefinition/';
const clean = text => (text ?? '').replace(/\s+/g, ' ').trim();
const tail = url => url.startsWith(prefix) ? url.slice(prefix.length) : url;

function typeCode(type, path) {
  // The R4 package calls Resource.id a string; the specification's own table says id.
  const code = type.code.startsWith('http') ? (type.extension?.find(e => e.url === fhirType)?.valueUrl ?? 'string') : type.code;
  if (path.split('.').length === 2 && path.endsWith('.id') && code === 'string' && path !== 'Element.id') return null;
  const targets = (type.targetProfile ?? []).map(tail);
  const profiles = (type.profile ?? []).map(tail);
  return code + (targets.length ? `(${targets.join('|')})` : '') + (profiles.length ? `{${profiles.join('|')}}` : '');
}

export function structureLines(all) {
  const base = all.filter(s => s.derivation !== 'constraint' && s.kind in kinds);
  const constraints = new Map();
  const lines = [];
  const number = c => {
    const line = ['C', c.key, c.severity[0], clean(c.human), clean(c.expression)].join('\t');
    if (!constraints.has(line)) constraints.set(line, constraints.size);
    return constraints.get(line);
  };
  const rank = s => ['Element', 'Resource'].includes(s.name) ? 0 : s.kind === 'primitive-type' ? 1 : s.kind === 'complex-type' ? 2 : 3;
  base.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const rootKeys = new Map(base.map(s => [s.name, new Set((s.snapshot.element[0].constraint ?? []).map(c => c.key))]));
  for (const s of base) {
    const elements = s.snapshot.element;
    const parents = [elements[0], ...elements.filter(e => e.path !== s.name && elements.some(x => x.path.startsWith(e.path + '.')))];
    for (const parent of parents) {
      const root = parent === elements[0];
      const own = (parent.constraint ?? []).filter(c => c.expression).map(number);
      const kind = root ? kinds[s.kind] : 'b';
      const baseName = root ? tail(s.baseDefinition ?? '') : parent.type[0].code;
      lines.push(['T', parent.path, kind, s.abstract && root ? '1' : '0', baseName, root ? own.join(' ') : ''].join('\t'));
      for (const e of elements.filter(x => x.path.startsWith(parent.path + '.') && !x.path.slice(parent.path.length + 1).includes('.')))
        if (!(s.kind === 'primitive-type' && e.path.endsWith('.value'))) lines.push(elementLine(e, s, parents, rootKeys, number));
    }
  }
  const header = ['# FHIR R4 4.0.1 (HL7, CC0 1.0), made by generate/generate.mjs from npm hl7.fhir.r4.examples@4.0.1'];
  return [...header, ...constraints.keys(), ...lines];
}

function elementLine(e, s, parents, rootKeys, number) {
  let name = e.path.slice(e.path.lastIndexOf('.') + 1);
  let flags = (e.isModifier ? 'm' : '') + (e.isSummary ? 's' : '') + (e.representation?.includes('xmlAttr') ? 'a' : '');
  if (name.endsWith('[x]')) { name = name.slice(0, -3); flags += '['; }
  let types;
  if (e.contentReference) types = e.contentReference;
  else if (parents.includes(e)) types = '#' + e.path;
  else types = e.type.map(t => typeCode(t, e.path) ?? (s.kind === 'resource' ? 'id' : 'string')).join(',');
  const only = e.type?.length === 1 ? rootKeys.get(e.type[0].code) : rootKeys.get('Element');
  const own = (e.constraint ?? []).filter(c => c.expression && c.key !== 'ele-1' && !only?.has(c.key)).map(number);
  const binding = e.binding?.valueSet && e.binding.strength !== 'example'
    ? e.binding.strength[0] + e.binding.valueSet.split('|')[0].replace('http://hl7.org/fhir/ValueSet/', '') : '';
  return ['E', name, e.min, e.max, types, flags, binding, own.join(' ')].join('\t');
}
