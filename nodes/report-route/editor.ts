import { dialog, type Fields, fault, previewOf, type Refusal, show } from '../editor/kit.ts';

const { fits, version, text, labels, editing } = dialog('report-route', {
  rules: ({ rules }) => (Array.isArray(rules) && rules.length > 0 ? undefined : fault('noRules', '').fault),
});

interface Preview extends Refusal {
  examples?: { name: string; folders: string[] }[];
}

function linesOf({ error, cure = '', examples = [] }: Preview): string[] {
  if (error !== undefined) return [error, cure];
  return examples.flatMap(({ name, folders }) =>
    (folders.length > 0 ? folders : [text('preview.none')]).map((folder) => `${name} → ${folder}`),
  );
}

RED.nodes.registerType('report-route', {
  category: 'HKEX RAP',
  color: '#9cc2a5',
  icon: 'report-route.svg',
  defaults: {
    name: { value: '' },
    version: { value: version, validate: fits('version') },
    rules: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's way to name environment variables
      value: [{ system: '', code: '', folder: '', share: '${RAP_HOME}/shares/{system}/{yyyy}/{MM}/{dd}' }],
      validate: fits('rules'),
    },
    shares: { value: 'marked', validate: fits('shares') },
    lookAgain: { value: '5', validate: fits('lookAgain') },
  } satisfies Fields<'report-route'>,
  inputs: 1,
  outputs: 3,
  ...labels({ outputs: ['report', 'summary', 'news'] }),
  ...editing((form) => {
    const any = text('any');
    form.table('rules', {
      add: text('add.rule'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's way to name environment variables
      fresh: { system: '', code: '', folder: '', share: '${RAP_HOME}/shares/{system}' },
      columns: [
        { key: 'system', label: text('column.system'), placeholder: any, flex: '0 0 70px' },
        { key: 'code', label: text('column.code'), placeholder: any, flex: '0 0 90px' },
        { key: 'folder', label: text('column.folder'), placeholder: any, flex: '0 0 100px' },
        { key: 'share', label: text('column.share'), placeholder: '/mnt/ops/{system}/{yyyy}/{MM}/{dd}' },
      ],
    });
    previewOf<Preview>(
      form,
      'report-route/preview',
      () => ({ rules: form.values().rules }),
      (answer) => show($('#report-route-preview'), linesOf(answer), answer),
    );
  }),
});
