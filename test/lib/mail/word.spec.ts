/**
 * Every mail as Outlook's Word engine lays it out: tables, rows and cells with what Word knows of styles, nothing else.
 * What Word leaves out - widths of blocks, padding of anything but a cell, boxes beside each other - is not there to be
 * left out.
 */
import assert from 'node:assert/strict';
import { languages } from '../../../lib/mail/config.ts';
import { freshLedger } from '../ledger/samples.ts';
import { everyMail, type Names } from './every-mail.ts';

/** Elements, their attributes, and what may stand in them: `in` names the parents. */
const allowed: Record<string, { attributes: string[]; in: string[] }> = {
  html: { attributes: ['lang'], in: [''] },
  head: { attributes: [], in: ['html'] },
  meta: { attributes: ['charset', 'name', 'content'], in: ['head'] },
  title: { attributes: [], in: ['head'] },
  body: { attributes: ['bgcolor', 'style'], in: ['html'] },
  table: {
    attributes: ['role', 'width', 'cellpadding', 'cellspacing', 'border', 'bgcolor', 'style'],
    in: ['body', ''],
  },
  tr: { attributes: [], in: ['table'] },
  td: { attributes: ['bgcolor', 'style'], in: ['tr'] },
  a: { attributes: ['href', 'style'], in: ['td', 'b'] },
  b: { attributes: ['style'], in: ['td', 'span'] },
  span: { attributes: ['style'], in: ['td'] },
  br: { attributes: [], in: ['td', 'span', 'b'] },
};
const EMPTY = ['meta', 'br'];

const LENGTH = /^(?:0|\d{1,2}px)(?: (?:0|\d{1,2}px)){0,3}$/;
const COLOUR = /^#[0-9a-f]{6}$/;
/** Of each property the values that Word keeps, and the elements on which it does. */
const properties: Record<string, { value: RegExp; on?: string[] }> = {
  'font-family': { value: /^Segoe UI,Arial,sans-serif$/, on: ['td'] },
  'font-size': { value: /^\d{2}px$/ },
  'font-weight': { value: /^600$/ },
  'line-height': { value: /^\d{2}px$/, on: ['td', 'span'] },
  'mso-line-height-rule': { value: /^exactly$/ },
  color: { value: COLOUR },
  background: { value: COLOUR, on: ['body', 'table', 'td'] },
  'text-align': { value: /^left$/, on: ['td'] },
  'text-decoration': { value: /^underline$/, on: ['a'] },
  padding: { value: LENGTH, on: ['td', 'body'] },
  margin: { value: /^0$/, on: ['body'] },
  'border-bottom': { value: /^\dpx solid #[0-9a-f]{6}$/, on: ['td'] },
  'border-left': { value: /^\dpx solid #[0-9a-f]{6}$/, on: ['td'] },
  'border-collapse': { value: /^collapse$/, on: ['table'] },
  'table-layout': { value: /^fixed$/, on: ['table'] },
  width: { value: /^100%$/, on: ['table'] },
  // How long words break: Word does that by itself, and goes by the last of these.
  'overflow-wrap': { value: /^anywhere$/, on: ['td'] },
  'word-break': { value: /^break-word$/, on: ['td'] },
  'word-wrap': { value: /^break-word$/, on: ['td'] },
};

/** @returns what Word would not lay out as it is meant */
function complaintsOf(html: string): string[] {
  const complaints: string[] = [];
  const open: { name: string; cells: number }[] = [];
  const rest = html.replace(/^<!DOCTYPE html>/, '').replaceAll('<!--repeat-->', '');
  const TAG = /<(\/?)([a-z]+)((?:\s[a-z-]+="[^"<>]*")*)>/g;
  let end = 0;
  const inText = (text: string) => {
    if (/[<>]/.test(text)) complaints.push(`no element: ${text.slice(0, 60)}`);
    if (text.trim() !== '' && ['table', 'tr', 'html', 'head', 'body', undefined].includes(open.at(-1)?.name))
      complaints.push(`text outside of a cell: ${text.trim().slice(0, 60)}`);
  };
  for (const match of rest.matchAll(TAG)) {
    const [whole, closing, name = '', rawAttributes = ''] = match;
    inText(rest.slice(end, match.index));
    end = match.index + whole.length;
    if (closing === '/') {
      const last = open.pop();
      if (last?.name !== name) complaints.push(`</${name}> ends ${last?.name}`);
      if (name === 'tr' && last?.cells !== 1) complaints.push(`${last?.cells} cells in a row`);
      continue;
    }
    const parent = open.at(-1);
    const rule = allowed[name];
    if (rule === undefined || !rule.in.includes(parent?.name ?? ''))
      complaints.push(`<${name}> in <${parent?.name}>`);
    if (name === 'td' && parent !== undefined) parent.cells++;
    const attributes = new Map(
      [...rawAttributes.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
    );
    for (const key of attributes.keys())
      if (!rule?.attributes.includes(key)) complaints.push(`${key} of <${name}>`);
    complaints.push(...stylesOf(name, attributes).map((what) => `<${name}>: ${what}`));
    if (!EMPTY.includes(name)) open.push({ name, cells: 0 });
  }
  inText(rest.slice(end));
  if (open.length > 0) complaints.push(`<${open.at(-1)?.name}> does not end`);
  return complaints;
}

function stylesOf(name: string, attributes: ReadonlyMap<string, string>): string[] {
  const complaints: string[] = [];
  const style = new Map<string, string>();
  for (const part of (attributes.get('style') ?? '').split(';').filter((one) => one !== '')) {
    const [property = '', value = ''] = part.split(/:(.*)/s);
    const rule = properties[property];
    if (rule === undefined || !rule.value.test(value) || rule.on?.includes(name) === false)
      complaints.push(part);
    // The rule of a height stands before the height.
    if (property === 'line-height' && !style.has('mso-line-height-rule')) complaints.push(`${part} alone`);
    style.set(property, value);
  }
  const background = style.get('background');
  if (background !== undefined && attributes.get('bgcolor') !== background)
    complaints.push(`background ${background} without bgcolor`);
  if (attributes.has('bgcolor') && background === undefined) complaints.push('bgcolor without background');
  if (style.get('width') !== attributes.get('width')) complaints.push('width of one kind only');
  if (name === 'table' && (attributes.get('width') !== '100%' || !style.has('table-layout')))
    complaints.push('a table of another width');
  const href = attributes.get('href');
  if (name === 'a' && !/^https:\/\/rap\.broker\.example:1880\/rap-ops/.test(href ?? ''))
    complaints.push(`a link to ${href}`);
  return complaints;
}

describe('mails in the engine of Word', () => {
  const given = freshLedger();

  for (const language of languages)
    it(`have nothing that it leaves out, of every kind in ${language}`, async () => {
      const mails = await everyMail(given.ledger, language);
      assert.ok(mails.length > 90, String(mails.length));
      for (const { kind, html } of mails) assert.deepEqual(complaintsOf(html), [], kind);
    });

  /** Of accounts, files and shares whose names are as long as they may be. */
  const longest: Names[] = [
    { account: 'HKSCC_PRACTICE_SESSION_OF_THE_SECOND_FIRM', path: `/${'x'.repeat(90)}.zip`, share: '/mnt/x' },
    {
      account: 'W'.repeat(80),
      path: `/INBOX/${'深'.repeat(60)}/${'港'.repeat(60)}.txt`,
      share: `/${'y'.repeat(200)}`,
    },
    { account: '香港結算'.repeat(15), path: '/a', share: 's' },
    { account: 'B01234.OPS1-backup-site_2', path: `/INBOX/RMAMR03_${'B01234_'.repeat(20)}.zip`, share: '/s' },
  ];
  for (const [at, names] of longest.entries())
    for (const language of languages)
      it(`have subjects that a phone shows whole, ${names.account.slice(0, 12)} in ${language}`, async () => {
        for (const { kind, subject, html } of await everyMail(given.ledger, language, names)) {
          if (kind.startsWith('notice')) continue;
          assert.ok(Array.from(subject).length < 60, `${kind}: ${subject}`);
          const begin = kind.startsWith('practice')
            ? /^(?:Practice|演習|演习|[\d-]{10} 演[習习]|\S)/
            : /^RAP [^:：]{2,}/;
          assert.match(subject, begin, `${kind} begins with what it means`);
          assert.doesNotMatch(subject, /undefined|\{|[:：·]\s*$/, kind);
          if (at === 1) assert.deepEqual(complaintsOf(html), [], kind);
        }
      });

  it('would be told apart from one that it garbles', () => {
    const row = (inner: string, style = '') =>
      `<table role="presentation" width="100%" style="width:100%;table-layout:fixed;"><tr><td style="${style}">${inner}</td></tr></table>`;
    assert.deepEqual(complaintsOf(row('text')), []);
    const bad = [
      row('<div>text</div>'),
      row('<p>text</p>'),
      row('<img src="https://x/y.png">'),
      row('<span style="padding:8px;">text</span>'),
      row('<span style="background:#ffffff;">text</span>'),
      row('text', 'display:flex;'),
      row('text', 'float:left;'),
      row('text', 'position:absolute;'),
      row('text', 'max-width:600px;'),
      row('text', 'background-image:url(x);'),
      row('text', 'background:#ffffff;'),
      row('text', 'line-height:20px;'),
      row('text', 'padding:1em;'),
      row('text').replaceAll('100%', '640'),
      row('text').replace('width="100%" ', ''),
      row('text').replace('<td', '<td style="">x</td><td'),
      row(row('text')),
      row('<a href="http://elsewhere.example/">text</a>'),
      `<style>td{padding:0}</style>${row('text')}`,
      `${row('text')}text`,
    ];
    for (const html of bad) assert.notDeepEqual(complaintsOf(html), [], html);
  });
});
