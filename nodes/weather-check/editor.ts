import { ask, dialog, type Fields, send, whenChosen } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('weather-check');

/** What a person can say of the session, or of the weather. */
const statements: Record<string, { about: 'session' | 'extreme-conditions'; says: string; from?: string }> = {
  'hkex-held': { about: 'session', from: 'hkex', says: 'held' },
  'hkex-cancelled': { about: 'session', from: 'hkex', says: 'cancelled' },
  'hkex-terminated': { about: 'session', from: 'hkex', says: 'terminated' },
  'operator-held': { about: 'session', from: 'operator', says: 'held' },
  'operator-cancelled': { about: 'session', from: 'operator', says: 'cancelled' },
  'extreme-declared': { about: 'extreme-conditions', says: 'declared' },
  'extreme-ended': { about: 'extreme-conditions', says: 'ended' },
  'extreme-none': { about: 'extreme-conditions', says: 'none' },
};

const typed = (id: string) => String($(`#weather-check-${id}`).val() ?? '');

/** Records a statement for the node as it is deployed. */
function record(id: string): void {
  const chosen = statements[typed('says')];
  $('#weather-check-how').toggleClass('input-error', typed('how').trim() === '');
  if (typed('how').trim() === '' || chosen === undefined) return;
  const since = chosen.about === 'extreme-conditions' ? { since: typed('since') } : {};
  const answer = (said: string, colour: string) =>
    $('#weather-check-answer').show().css('color', colour).text(said);
  send<{ text: string }>(`weather-check/${id}/word`, {
    ...chosen,
    how: typed('how'),
    by: typed('by'),
    ...since,
  })
    .done((said) => answer(said.text, ''))
    .fail(({ status, responseJSON }) => {
      const known: Record<number, string> = { 401: 'denied', 404: 'missing' };
      const why = text(`button.${known[status] ?? 'failed'}`);
      answer(responseJSON?.error ?? why, 'var(--red-ui-text-color-error)');
    });
}

RED.nodes.registerType('weather-check', {
  category: 'HKEX RAP',
  color: '#bdb2d4',
  icon: 'weather-check.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    plan: { value: '', type: 'rap-plan', required: true },
    day: { value: 'plan', validate: fits('day') },
    feeds: { value: [], validate: fits('feeds') },
    tell: { value: true, validate: fits('tell') },
  } satisfies Fields<'weather-check'>,
  inputs: 1,
  outputs: 3,
  ...labels({ outputs: ['go', 'stop', 'hold'] }),
  ...editing((form) => {
    const sources = ['warnsum', 'warning-info', 'rss', 'heartbeat', 'press'];
    const feeds = form.table('feeds', {
      add: text('add.feed'),
      fresh: { source: 'warnsum', url: '' },
      kept: ({ url }) => url !== '',
      columns: [
        {
          key: 'source',
          label: text('column.source'),
          choices: sources.map((value) => ({ value, label: text(`source.${value}`) })),
          flex: '0 0 190px',
        },
        { key: 'url', label: text('column.url'), placeholder: 'https://data.weather.gov.hk/…' },
      ],
    });
    $('#weather-check-public').on('click', () => {
      ask<{ feeds: object[] }>('weather-check/presets', (answer) => {
        if (form.isOpen) feeds.fill(answer.feeds);
      });
    });
    for (const word of Object.keys(statements)) {
      $('<option>')
        .val(word)
        .text(text(`word.${word}`))
        .appendTo('#weather-check-says');
    }
    whenChosen($('#weather-check-says'), (word) => {
      $('#weather-check-since').toggle(statements[word]?.about === 'extreme-conditions');
    });
    $('#weather-check-say').on('click', () => record(form.node.id));
  }),
});
