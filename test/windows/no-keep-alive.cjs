/**
 * Required first under wine: Debian's does not know TCP_KEEPALIVE, and the line of whoever asks for it before it stands,
 * as fetch does, is then broken off. Windows has that option.
 */
const { Socket } = require('node:net');

Socket.prototype.setKeepAlive = function setKeepAlive() {
  return this;
};
