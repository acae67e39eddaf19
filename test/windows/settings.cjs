/** The demo's settings for Node-RED with an unpacked palette, where the simulator runs elsewhere. */
const { join } = require('node:path');

const home = process.env.RAP_HOME;

module.exports = {
  rapHome: home,
  rapProfile: 'demo',
  userDir: join(home, 'node-red'),
  nodesDir: [process.env.RAP_TEST_PALETTE],
  flowFile: 'flows.json',
  uiHost: '127.0.0.1',
  uiPort: Number(process.env.RAP_EDITOR_PORT),
  credentialSecret: 'of the tests',
  nodeCloseTimeout: 8000,
  logging: { console: { level: 'info', metrics: false, audit: false } },
  telemetry: { enabled: false, updateNotification: false },
};
