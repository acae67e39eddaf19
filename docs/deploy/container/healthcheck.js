/** Asks the container's own health: exit 0 when it is ready, or waits beside another; else 1, with what is not. */
const http = require('node:http');

const request = http.get(
  { host: '127.0.0.1', port: process.env.RAP_EDITOR_PORT || 1880, path: '/rap-ops/health', timeout: 8000 },
  (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (some) => {
      text += some;
    });
    response.on('end', () => {
      console.log(text.slice(0, 2000));
      const waits = /"state":"waiting"/.test(text);
      process.exit(response.statusCode === 200 || waits ? 0 : 1);
    });
  },
);
request.on('timeout', () => request.destroy(new Error('no answer within 8 s')));
request.on('error', (error) => {
  console.log(error.message);
  process.exit(1);
});
