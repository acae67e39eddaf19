/** What a server says of itself and agrees on with us: for the table that explains differences. */

import { readFile } from 'node:fs/promises';
import ssh2, { type ClientChannel, type NegotiatedAlgorithms } from 'ssh2';
import { defaultAlgorithms } from '../../lib/rap/client/connection.ts';
import { encode, packet, ReplyDecoder } from '../../lib/rap/client/sftp-codec.ts';
import type { TestServer } from './servers/server.ts';

export interface Portrait {
  /** Its greeting, without the protocol version. */
  greeting: string;
  cipher: string;
  mac: string;
  keyExchange: string;
  sftpVersion: number;
  /** Does it announce how much a read may ask for? */
  announcesLimits: boolean;
}

/** @throws Error when the server does not let us in */
export async function probe(server: TestServer): Promise<Portrait> {
  const client = new ssh2.Client();
  const ended = new Promise<never>((_, reject) => client.once('error', reject));
  const agreed = new Promise<NegotiatedAlgorithms>((resolve) => client.once('handshake', resolve));
  const ready = new Promise<void>((resolve) => client.once('ready', () => resolve()));
  client.connect({
    host: server.host,
    port: server.port,
    username: server.user,
    privateKey: await readFile(server.keyFile),
    algorithms: defaultAlgorithms as never,
  });
  try {
    const negotiated = await Promise.race([agreed, ended]);
    await Promise.race([ready, ended]);
    const version = await Promise.race([sftpGreeting(client), ended]);
    const { _remoteVer } = client as unknown as { _remoteVer?: string };
    return {
      greeting: _remoteVer ?? '?',
      cipher: negotiated.sc.cipher,
      mac: negotiated.sc.mac === '' ? 'in the cipher' : negotiated.sc.mac,
      keyExchange: negotiated.kex,
      sftpVersion: version.version,
      announcesLimits: version.extensions.has('limits@openssh.com'),
    };
  } finally {
    client.end();
  }
}

function sftpGreeting(client: ssh2.Client): Promise<{ version: number; extensions: Map<string, string> }> {
  return new Promise((resolve, reject) => {
    client.subsys('sftp', (error, channel: ClientChannel) => {
      if (error !== undefined) {
        reject(error);
        return;
      }
      const decoder = new ReplyDecoder((reply) => {
        if (reply.type === packet.VERSION) resolve(reply);
      });
      channel.on('data', (chunk: Buffer) => decoder.push(chunk));
      channel.write(encode.init());
    });
  });
}
