// UCUM's table, one line for each prefix, base unit and unit:
//   P code name factor
//   B code name property dimension
//   U code name property metric special arbitrary value unit function
// The XML is small and regular; it is read with expressions made for it, so that the generator needs no packages.
const attribute = (text, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '';
const entities = text => text.replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(+n)).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
const content = (body, name) => entities(new RegExp(`<${name}[^>]*>([\\s\\S]*?)</${name}>`).exec(body)?.[1] ?? '').replace(/\s+/g, ' ').trim();

export function ucumLines(xml) {
  const version = /<root[^>]*\bversion="([^"]*)"/.exec(xml)[1];
  const lines = [
    `# UCUM essence ${version}, made by generate/generate.mjs from ucum-essence.xml.`,
    '# This product includes all or a portion of the UCUM table, UCUM codes, and UCUM definitions or is derived from it,',
    '# subject to a license from Regenstrief Institute, Inc. and The UCUM Organization. Your use of the UCUM table, UCUM',
    '# codes, UCUM definitions also is subject to this license, a copy of which is available at http://unitsofmeasure.org.',
    '# The current complete UCUM table, UCUM Specification are available for download at http://unitsofmeasure.org.',
    '# The UCUM table and UCUM codes are copyright © 1995-2009, Regenstrief Institute, Inc. and the Unified Codes for Units',
    '# of Measures (UCUM) Organization. All rights reserved. THE UCUM TABLE (IN ALL FORMATS), UCUM DEFINITIONS, AND',
    '# SPECIFICATION ARE PROVIDED "AS IS." ANY EXPRESS OR IMPLIED WARRANTIES ARE DISCLAIMED, INCLUDING, BUT NOT LIMITED TO,',
    '# THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE.',
  ];
  const each = (tag, make) => {
    for (const match of xml.matchAll(new RegExp(`<${tag}\\b([^>]*)>([\\s\\S]*?)</${tag}>`, 'g'))) lines.push(make(match[1], match[2]).join('\t'));
  };
  each('prefix', (head, body) => ['P', entities(attribute(head, 'Code')), content(body, 'name'), attribute(body, 'value')]);
  each('base-unit', (head, body) => ['B', entities(attribute(head, 'Code')), content(body, 'name'), content(body, 'property'), attribute(head, 'dim')]);
  each('unit', (head, body) => {
    const value = /<value\b([^>]*)>/.exec(body)[1];
    const fn = /<function\b([^>]*)>/.exec(body)?.[1];
    const yes = name => attribute(head, name) === 'yes' ? '1' : '0';
    return ['U', entities(attribute(head, 'Code')), content(body, 'name'), content(body, 'property'), yes('isMetric'), yes('isSpecial'), yes('isArbitrary'),
      attribute(fn ?? value, 'value'), entities(attribute(fn ?? value, 'Unit')), fn ? attribute(fn, 'name') : ''];
  });
  return lines;
}
