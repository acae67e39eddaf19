/** What is made of npm's list of an installed palette: a list that lasts, and a page of licences. */

const byRef = (one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1);

/**
 * The same packages give the same list: without the number and the time of its making, the folder it was made in and the
 * order in which they were found.
 * @param {object} sbom CycloneDX 1.5 as `npm sbom` writes it
 */
export function lasting({ serialNumber: _number, metadata, components, dependencies, ...rest }) {
  const { timestamp: _time, component: _folder, ...kept } = metadata;
  const palette = components.find(({ externalReferences }) => externalReferences.some(isLocal));
  return {
    ...rest,
    metadata: { ...kept, component: withoutFolder(palette) },
    components: components.filter((one) => one !== palette).sort(byRef),
    dependencies: dependencies
      .filter(({ ref }) => ref !== 'palette@0.0.0')
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: [...dependsOn].sort() }))
      .sort((one, other) => (one.ref < other.ref ? -1 : 1)),
  };
}

const isLocal = ({ type, url }) => type === 'distribution' && url.startsWith('file:');

function withoutFolder(component) {
  return {
    ...component,
    externalReferences: component.externalReferences.filter((reference) => !isLocal(reference)),
  };
}

/** SPDX expressions of a component; '' where its maker says none. */
export const licencesOf = ({ licenses = [] }) =>
  licenses.map(({ license, expression }) => expression ?? license.id ?? license.name).join(' AND ');

/** A Markdown page: one row for each package. */
export function licencePage({ metadata, components }) {
  const rows = components.map(
    (one) => `| ${one.name} | ${one.version} | ${licencesOf(one) || 'none said'} |`,
  );
  return [
    `# Licences of what ${metadata.component.name} ${metadata.component.version} brings along`,
    '',
    'Made from the packed palette, installed into an empty folder (`npm run sbom`).',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
