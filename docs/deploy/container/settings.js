/**
 * Node-RED's settings in the container: those of the live folder /data, but for the address. Inside it has to listen on
 * all addresses; compose.yml publishes it on this machine alone.
 */
const {
  liveSettings,
} = require('/usr/src/node-red/node_modules/@rap-ops/node-red-hkex/dist/nodes/live/settings.js');

module.exports = { ...liveSettings('/data'), uiHost: '0.0.0.0' };
