import {
  dialog,
  environmentOf,
  type Fields,
  type Notice,
  type Refusal,
  send,
  show,
  whenChosen,
} from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('session-timer');

const DAY = 'gale-in-part-1';
const days = [
  ...['quiet', DAY, 'gale-between-the-parts', 'gale-lowered-in-the-morning', 'extreme-conditions'],
  ...['black-in-part-1', 'feed-away', 'feed-stale', 'feed-odd', 'own'],
];
const ports = [
  ...['reminder', 'weather', 'hotline', 'secondaryBegins', 'secondaryOver', 'primaryBegins', 'primaryOver'],
  ...['sessionOver', 'keys', 'missed', 'drill'],
];

/** What the server tells of a rehearsal; the statuses of the nodes it mirrors by itself. */
interface News {
  state: 'away' | 'running' | 'over' | 'failed';
  day: string;
  time: string;
  verdict: string;
  title: string;
  mails: number;
  leftOut: string[];
}

/** One notice goes on as long as the rehearsal. */
let notice: Notice | undefined;
let state: News['state'] = 'away';

const escaped = (line: string) => $('<div>').text(line).html();

function close(): void {
  notice?.close();
  notice = undefined;
}

function stop(): void {
  $.ajax({ url: 'session-timer/rehearsals', type: 'DELETE' });
  close();
}

/** A plain link would come without the editor's login. The evidence itself forbids every script and every request. */
function showEvidence(): void {
  $.ajax({ url: 'session-timer/rehearsals/evidence', dataType: 'text' }).done((html: string) => {
    window.open(URL.createObjectURL(new Blob([html], { type: 'text/html' })), '_blank', 'noopener');
  });
}

function linesOf({ day: name, time, verdict, title, mails, leftOut, ...news }: News): string[] {
  const day = text(`day.${name}`);
  const lines = {
    away: [],
    running: [text('rehearsal.running', { day }), `${time}  ${verdict}`, title],
    over: [text('rehearsal.over', { day, verdict, mails })],
    failed: [text('rehearsal.failed', { day }), title],
  }[news.state];
  return leftOut.length > 0 ? [...lines, text('rehearsal.leftOut', { types: leftOut.join(', ') })] : lines;
}

function hear(news: News): void {
  state = news.state;
  if (state === 'away') {
    close();
    return;
  }
  const [head = '', ...rest] = linesOf(news);
  const html = [`<b>${escaped(head)}</b>`, ...rest.map(escaped)].join('<br>');
  const evidence = { text: text('button.evidence'), class: 'primary', click: showEvidence };
  const buttons = [
    { text: text(state === 'running' ? 'button.stop' : 'button.close'), click: stop },
    ...(state === 'over' ? [evidence] : []),
  ];
  const type = state === 'failed' ? 'error' : 'success';
  const options = { id: 'rap-rehearsal', fixed: true, type, buttons };
  if (notice === undefined) notice = RED.notify(html, options);
  else notice.update(html, options);
}

/** Asks for a rehearsal of a node as it is deployed. */
function rehearse(id: string, day: string, signals: string): void {
  send(`session-timer/${id}/rehearsal`, { day, signals }).fail(({ status, responseJSON }) => {
    const why = text(status === 404 ? 'rehearsal.deploy' : 'rehearsal.refused');
    RED.notify(escaped(responseJSON?.error ?? why), 'error');
  });
}

/** The day of a plan as it stands in the editor. */
function showTimeline(id: string): void {
  const plan = RED.nodes.node(id);
  const box = $('#session-timer-timeline').empty();
  if (plan === null) return;
  const known: object[] = [];
  RED.nodes.eachConfig(({ type, name, user, installation }) => {
    if (type === 'rap-account') known.push({ account: name || user, installation });
  });
  const fields = Object.fromEntries(Object.keys(plan._def.defaults).map((field) => [field, plan[field]]));
  const data = { fields, known, env: environmentOf(plan) };
  send<Refusal & { timeline?: string[] }>('rap-plan/preview', data).done((answer) => {
    show(box, answer.error === undefined ? (answer.timeline ?? []) : [answer.error], answer);
  });
}

RED.nodes.registerType('session-timer', {
  category: 'HKEX RAP',
  color: '#a9bdd1',
  icon: 'session-timer.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    plan: { value: '', type: 'rap-plan', required: true },
    rehearse: { value: DAY, validate: fits('rehearse') },
    signals: { value: '', validate: fits('signals') },
  } satisfies Fields<'session-timer'>,
  inputs: 1,
  outputs: 11,
  ...labels({ outputs: ports }),
  button: {
    enabled() {
      return !this.changed;
    },
    onclick() {
      if (state === 'running') stop();
      else rehearse(this.id, String(this.rehearse || DAY), String(this.signals ?? ''));
    },
  },
  onpaletteadd() {
    RED.comms.subscribe('rap-rehearsal', (_topic, news) => hear(news as News));
  },
  ...editing((form) => {
    const day = form.input('rehearse');
    for (const one of days)
      $('<option>')
        .val(one)
        .text(text(`day.${one}`))
        .appendTo(day);
    day.val(String(form.node.rehearse || DAY));
    whenChosen(day, (one) => $('#session-timer-signals').toggle(one === 'own'));
    whenChosen(form.input('plan'), showTimeline);
    $('#session-timer-rehearse').on('click', () => {
      rehearse(form.node.id, form.text('rehearse'), form.text('signals'));
    });
  }),
});
