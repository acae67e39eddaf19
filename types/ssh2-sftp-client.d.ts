/** The part of ssh2-sftp-client 12 that this project uses; the package ships no types of its own. */
declare module 'ssh2-sftp-client' {
  import type { Client, ConnectConfig } from 'ssh2';

  interface EventCallbacks {
    error?: (error: Error) => void;
    end?: () => void;
    close?: () => void;
  }

  export default class SftpClient {
    constructor(name?: string, callbacks?: EventCallbacks);
    /** The ssh2 client below. */
    client: Client;
    connect(config: ConnectConfig): Promise<unknown>;
  }
}
