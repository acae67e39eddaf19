import { dialog, entriesOf, type Fields, fault, plain, whenChosen } from '../editor/kit.ts';

/** The groups of the contacts that a node names, or undefined when they are not here or hold a variable. */
function groupsOf(contacts: unknown): string[] | undefined {
  const people = RED.nodes.node(contacts)?.contacts;
  if (!Array.isArray(people) || JSON.stringify(people).includes('${')) return undefined;
  return people.flatMap(({ groups }: { groups?: unknown }) => entriesOf(String(groups ?? '')));
}

const { fits, version, text, labels, editing } = dialog('contact-notify', {
  groups: ({ groups, contacts }) => {
    const nameOf = (group: string) => plain(group).toLowerCase();
    const known = groupsOf(contacts)?.map(nameOf);
    const written = String(groups ?? '');
    if (known === undefined || written.includes('${')) return undefined;
    const empty = entriesOf(written).find((group) => !known.includes(nameOf(group)));
    return empty === undefined ? undefined : fault('nobodyInGroup', empty).fault;
  },
  subject: ({ kind, subject }) =>
    kind === 'text' && String(subject ?? '').trim() === '' ? fault('noSubject', '').fault : undefined,
});

RED.nodes.registerType('contact-notify', {
  category: 'HKEX RAP',
  color: '#e0bd7c',
  icon: 'contact-notify.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    kind: { value: 'digest', validate: fits('kind') },
    contacts: { value: '', type: 'rap-contacts', required: true },
    groups: { value: '', validate: fits('groups') },
    subject: { value: '', validate: fits('subject') },
    text: { value: '', validate: fits('text') },
    arrivals: { value: false, validate: fits('arrivals') },
  } satisfies Fields<'contact-notify'>,
  inputs: 1,
  outputs: 1,
  ...labels({
    title: ({ kind }) => text(`kind.${kind || 'digest'}`),
    input: ({ kind }) => String(kind || 'digest'),
    outputs: ['output'],
  }),
  ...editing((form) => {
    whenChosen(form.input('kind'), (kind) => {
      $('.contact-notify-text').toggle(kind === 'text');
      $('.contact-notify-digest').toggle(kind === 'digest');
      $('#contact-notify-tip').text(text(`tip.${kind || 'digest'}`));
    });
    whenChosen(form.input('contacts'), (contacts) => {
      const list = $('#contact-notify-groups').empty();
      for (const group of new Set(groupsOf(contacts))) $('<option>').val(group).appendTo(list);
    });
  }),
});
